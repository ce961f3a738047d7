//! Who looks and who may change what.

use serde::{Deserialize, Serialize};

use crate::{Ags, codes::CodeList};

/// What an account may do. Each but the first two is bound to municipalities, the county role to a county.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Role {
    /// Nobody in particular: sees what is public.
    Anonymous,
    /// Signed in, sees what is public.
    Registered,
    /// County: reads the internal register of its municipalities, changes nothing.
    County,
    /// Clerk (Sachbearbeitung): keeps records, does not publish.
    Clerk,
    /// Planner: keeps and publishes records.
    Planner,
    /// Administrator of a municipality: also its settings, layers and accounts.
    Administrator,
}

impl CodeList for Role {
    const NAME: &'static str = "role";
    const ALL: &'static [Self] =
        &[Self::Anonymous, Self::Registered, Self::County, Self::Clerk, Self::Planner, Self::Administrator];

    fn code(self) -> &'static str {
        match self {
            Self::Anonymous => "anonymous",
            Self::Registered => "registered",
            Self::County => "county",
            Self::Clerk => "clerk",
            Self::Planner => "planner",
            Self::Administrator => "administrator",
        }
    }
}

/// Municipalities a role is bound to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Scope {
    /// None.
    #[default]
    Nowhere,
    /// These municipalities.
    Municipalities(Vec<Ags>),
    /// Every municipality whose key begins with these five digits.
    County(String),
    /// Every municipality of the store: the operator at the command line.
    Everywhere,
}

impl Scope {
    /// Whether the municipality lies in it.
    pub fn covers(&self, ags: Ags) -> bool {
        match self {
            Self::Nowhere => false,
            Self::Municipalities(keys) => keys.contains(&ags),
            Self::County(key) => ags.county() == key,
            Self::Everywhere => true,
        }
    }
}

/// Something a viewer may or may not do in a municipality.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// See the internal register.
    ReadInternal,
    /// Create, change and end records without touching their publication.
    EditRecords,
    /// Read, answer and erase what was asked of the municipality.
    AnswerEnquiries,
    /// Decide on publication, record announcements, objections and consents.
    Publish,
    /// Change the municipality's settings.
    Administer,
}

/// Who asks: a role and where it holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Viewer {
    role: Role,
    scope: Scope,
}

impl Viewer {
    /// Nobody in particular.
    pub const ANONYMOUS: Self = Self { role: Role::Anonymous, scope: Scope::Nowhere };

    /// A role with its scope. The first two roles have none: what is given for them is dropped.
    pub fn new(role: Role, scope: Scope) -> Self {
        match role {
            Role::Anonymous | Role::Registered => Self { role, scope: Scope::Nowhere },
            _ => Self { role, scope },
        }
    }

    /// The operator at the command line: everything, everywhere.
    pub fn operator() -> Self {
        Self { role: Role::Administrator, scope: Scope::Everywhere }
    }

    /// The role.
    pub fn role(&self) -> Role {
        self.role
    }

    /// Where the role holds.
    pub fn scope(&self) -> &Scope {
        &self.scope
    }

    /// Whether the viewer sees more than the public anywhere.
    pub fn is_staff(&self) -> bool {
        self.role >= Role::County
    }

    /// Whether the viewer may do it in this municipality.
    pub fn may(&self, action: Action, ags: Ags) -> bool {
        let least = match action {
            Action::ReadInternal => Role::County,
            Action::EditRecords | Action::AnswerEnquiries => Role::Clerk,
            Action::Publish => Role::Planner,
            Action::Administer => Role::Administrator,
        };
        self.role >= least && self.scope.covers(ags)
    }
}

#[cfg(test)]
mod tests {
    use super::{Action, Role, Scope, Viewer};
    use crate::{Ags, codes::CodeList};

    fn check(role: Role, expected: [bool; 5]) {
        let leisnig = Ags::parse("14522310").unwrap();
        let elsewhere = Ags::parse("02000000").unwrap();
        let viewer = Viewer::new(role, Scope::Municipalities(vec![leisnig]));
        let actions =
            [Action::ReadInternal, Action::EditRecords, Action::AnswerEnquiries, Action::Publish, Action::Administer];
        assert_eq!(actions.map(|action| viewer.may(action, leisnig)), expected, "{role:?}");
        assert_eq!(actions.map(|action| viewer.may(action, elsewhere)), [false; 5], "{role:?} elsewhere");
    }

    #[test]
    fn each_role_may_what_it_should_and_only_at_home() {
        check(Role::Anonymous, [false; 5]);
        check(Role::Registered, [false; 5]);
        check(Role::County, [true, false, false, false, false]);
        check(Role::Clerk, [true, true, true, false, false]);
        check(Role::Planner, [true, true, true, true, false]);
        check(Role::Administrator, [true; 5]);
    }

    #[test]
    fn a_county_covers_its_municipalities_only() {
        let scope = Scope::County("14522".into());
        assert!(scope.covers(Ags::parse("14522310").unwrap()));
        assert!(!scope.covers(Ags::parse("14523310").unwrap()));
    }

    #[test]
    fn every_role_has_labels() {
        for role in Role::ALL {
            assert_ne!(role.label(crate::texts::Language::German), role.code());
        }
    }
}
