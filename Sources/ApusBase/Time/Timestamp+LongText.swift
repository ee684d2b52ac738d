extension Timestamp {
    /// `Thursday, October 8, 2026 at 11:20:48 PM Coordinated Universal Time`, as DynamoDB writes times in sentences.
    package var sentenceDate: String {
        let time = CivilTime(self)
        let weekday = Self.weekdays[time.weekday]
        let month = Self.months[time.month - 1]
        let hour = time.hour % 12 == 0 ? 12 : time.hour % 12
        let half = time.hour < 12 ? "AM" : "PM"
        let clock = "\(hour):\(Self.two(time.minute)):\(Self.two(time.second)) \(half)"
        return "\(weekday), \(month) \(time.day), \(time.year) at \(clock) Coordinated Universal Time"
    }

    /// The first moment of the next day in UTC.
    package var nextDay: Timestamp {
        let today = CivilTime(self).dayNumber
        return Timestamp(milliseconds: (today + 1) * 86_400_000)
    }

    private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : String(number) }

    private static let weekdays = [
        "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday",
    ]
    private static let months = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
        "December",
    ]
}
