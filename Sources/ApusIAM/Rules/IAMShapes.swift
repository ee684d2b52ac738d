internal import ApusBase

/// In lists IAM leaves out tags and permissions boundaries.
enum ShapeDetail { case full, listed }

// Records in the forms of answers.

extension UserRecord {
    func shape(_ detail: ShapeDetail = .full) -> User {
        User(
            path: self.path, userName: self.name, userId: self.id, arn: self.arn, createDate: self.created,
            permissionsBoundary: detail == .full ? AttachedPermissionsBoundary(of: self.boundary) : nil,
            tags: detail == .full ? IAMTags.shapes(self.tags) : nil)
    }
}

extension RoleRecord {
    func shape(_ detail: ShapeDetail = .full) -> Role {
        Role(
            path: self.path, roleName: self.name, roleId: self.id, arn: self.arn, createDate: self.created,
            assumeRolePolicyDocument: encodedDocument(self.trustDocument), description: self.description,
            maxSessionDuration: self.maximumSessionSeconds,
            permissionsBoundary: detail == .full ? AttachedPermissionsBoundary(of: self.boundary) : nil,
            tags: detail == .full ? IAMTags.shapes(self.tags) : nil)
    }
}

extension AttachedPermissionsBoundary {
    init?(of arn: String?) {
        guard let arn else { return nil }
        self.init(permissionsBoundaryType: "Policy", permissionsBoundaryArn: arn)
    }
}

/// A policy's text as answers carry it: percent-encoded after RFC 3986.
func encodedDocument(_ document: String) -> String { PercentEncoding.encode(document) }
