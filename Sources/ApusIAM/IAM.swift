package import ApusWire

/// Identity and Access Management: users, roles, policies, and through `IAMIdentities` who callers are and what they
/// may do.
package enum IAM {
    package static let definition: ServiceDefinition = {
        let model = IAMAPI.model
        return ServiceDefinition(
            model: model,
            operations: [
                .operation(AttachRolePolicy.self, in: model),
                .operation(AttachUserPolicy.self, in: model),
                .operation(CreateAccessKey.self, in: model),
                .operation(CreatePolicy.self, in: model),
                .operation(CreatePolicyVersion.self, in: model),
                .operation(CreateRole.self, in: model),
                .operation(CreateUser.self, in: model),
                .operation(DeleteAccessKey.self, in: model),
                .operation(DeletePolicy.self, in: model),
                .operation(DeletePolicyVersion.self, in: model),
                .operation(DeleteRole.self, in: model),
                .operation(DeleteRolePolicy.self, in: model),
                .operation(DeleteUser.self, in: model),
                .operation(DeleteUserPolicy.self, in: model),
                .operation(DetachRolePolicy.self, in: model),
                .operation(DetachUserPolicy.self, in: model),
                .operation(GetPolicy.self, in: model),
                .operation(GetPolicyVersion.self, in: model),
                .operation(GetRole.self, in: model),
                .operation(GetRolePolicy.self, in: model),
                .operation(GetUser.self, in: model),
                .operation(GetUserPolicy.self, in: model),
                .operation(ListAccessKeys.self, in: model),
                .operation(ListAttachedRolePolicies.self, in: model),
                .operation(ListAttachedUserPolicies.self, in: model),
                .operation(ListInstanceProfilesForRole.self, in: model),
                .operation(ListPolicies.self, in: model),
                .operation(ListPolicyTags.self, in: model),
                .operation(ListPolicyVersions.self, in: model),
                .operation(ListRolePolicies.self, in: model),
                .operation(ListRoleTags.self, in: model),
                .operation(ListRoles.self, in: model),
                .operation(ListUserPolicies.self, in: model),
                .operation(ListUserTags.self, in: model),
                .operation(ListUsers.self, in: model),
                .operation(PutRolePolicy.self, in: model),
                .operation(PutUserPolicy.self, in: model),
                .operation(SetDefaultPolicyVersion.self, in: model),
                .operation(TagPolicy.self, in: model),
                .operation(TagRole.self, in: model),
                .operation(TagUser.self, in: model),
                .operation(UntagPolicy.self, in: model),
                .operation(UntagRole.self, in: model),
                .operation(UntagUser.self, in: model),
                .operation(UpdateAccessKey.self, in: model),
                .operation(UpdateAssumeRolePolicy.self, in: model),
                .operation(UpdateRole.self, in: model),
                .operation(UpdateRoleDescription.self, in: model),
            ])
    }()
}
