/// A timestamp split into the fields of the proleptic Gregorian calendar in UTC.
///
/// The day arithmetic counts in eras of 400 years that begin on 1 March, so that the leap day is the last of its year.
struct CivilTime {
    var year: Int64
    var month: Int
    var day: Int
    var hour = 0
    var minute = 0
    var second = 0
    var millisecond = 0

    private static let daysPerEra: Int64 = 146_097
    /// Days from 0000-03-01 to 1970-01-01.
    private static let epochShift: Int64 = 719_468

    init(year: Int64, month: Int, day: Int) {
        self.year = year
        self.month = month
        self.day = day
    }

    init(_ time: Timestamp) {
        var days: Int64 = time.milliseconds / Timestamp.dayMilliseconds
        var rest = Int(time.milliseconds % Timestamp.dayMilliseconds)
        if rest < 0 {
            rest += Int(Timestamp.dayMilliseconds)
            days -= 1
        }
        let shifted: Int64 = days + Self.epochShift
        let era: Int64 = (shifted >= 0 ? shifted : shifted - (Self.daysPerEra - 1)) / Self.daysPerEra
        let dayOfEra: Int64 = shifted - era * Self.daysPerEra
        let yearOfEra: Int64 = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear: Int64 = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth: Int64 = (5 * dayOfYear + 2) / 153
        self.day = Int(dayOfYear - (153 * marchMonth + 2) / 5) + 1
        self.month = Int(marchMonth < 10 ? marchMonth + 3 : marchMonth - 9)
        self.year = yearOfEra + era * 400 + (self.month <= 2 ? 1 : 0)
        self.millisecond = rest % 1000
        self.second = rest / 1000 % 60
        self.minute = rest / 60_000 % 60
        self.hour = rest / 3_600_000
    }

    /// Days since 1970-01-01.
    var dayNumber: Int64 {
        let shiftedYear: Int64 = self.month <= 2 ? self.year - 1 : self.year
        let era: Int64 = (shiftedYear >= 0 ? shiftedYear : shiftedYear - 399) / 400
        let yearOfEra: Int64 = shiftedYear - era * 400
        let marchMonth = Int64(self.month > 2 ? self.month - 3 : self.month + 9)
        let dayOfYear: Int64 = (153 * marchMonth + 2) / 5 + Int64(self.day) - 1
        let dayOfEra: Int64 = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * Self.daysPerEra + dayOfEra - Self.epochShift
    }

    /// 0 is Sunday.
    var weekday: Int {
        let remainder = Int((self.dayNumber + 4) % 7)
        return remainder < 0 ? remainder + 7 : remainder
    }

    /// The point in time, or nil where a field is out of its range (30 February, 24 o'clock, second 60) or the year is not
    /// one of 0 to 9999.
    var timestamp: Timestamp? {
        guard (0...9999).contains(self.year), (1...12).contains(self.month),
            (1...Self.days(in: self.month, of: self.year)).contains(self.day), (0..<24).contains(self.hour),
            (0..<60).contains(self.minute), (0..<60).contains(self.second), (0..<1000).contains(self.millisecond)
        else { return nil }
        let seconds = Int64(self.hour * 3600 + self.minute * 60 + self.second)
        return Timestamp(
            milliseconds: self.dayNumber * Timestamp.dayMilliseconds + seconds * 1000 + Int64(self.millisecond))
    }

    private static func days(in month: Int, of year: Int64) -> Int {
        switch month {
        case 2: (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }
}
