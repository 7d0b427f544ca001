//! Every command against a model that is written as plainly as can be: lists that are searched, and one
//! condition after the other. The commands of a review have a model of their own.

use proptest::prelude::*;
use strongroom_primitives::RowTier;
use strongroom_workspaces::{
    Action, Actor, Authority, Billing, Category, Change, Command, ContentCommand, Etag, ItemKind, Ownership,
    Purpose, PurposeCategory, Role, Workspace,
};

use crate::world::*;

#[derive(Debug, Clone, PartialEq)]
struct Model {
    version: u64,
    title: String,
    question: String,
    account: Option<String>,
    roles: Vec<(u128, Role)>,
    items: Vec<Thing>,
    locked: bool,
    published: Option<bool>,
    published_before: bool,
    deleted: bool,
}

#[derive(Debug, Clone, PartialEq)]
struct Thing {
    id: u128,
    kind: ItemKind,
    name: String,
    etag: u64,
    body: u8,
    uses: Vec<u128>,
}

/// Something that somebody tries, in the state there is, with a tag that may be stale.
#[derive(Debug, Clone)]
enum Try {
    Rename(String),
    Restate(String),
    /// A purpose that leaves questions open.
    RestateInPart(String),
    Bill(Option<String>),
    Share(u128, Role),
    ChangeRole(u128, Role),
    Unshare(u128),
    Leave,
    Appoint(u128),
    Lock,
    Unlock,
    Publish(Category),
    Withdraw,
    Delete,
    Create(u128, ItemKind, String, Vec<u128>),
    RenameItem(u128, String),
    ReplaceItem(u128, u8, Vec<u128>),
    DeleteItem(u128),
}

#[derive(Debug, Clone, Copy)]
enum As {
    Member,
    Creator,
    Administrator(Authority),
}

/// By whom, with tags that are so much too old, and whether anybody answers for the workspace.
type Drawn = (Try, u128, As, u64, bool);

impl Model {
    fn new() -> Self {
        Self {
            version: 1,
            title: "Study".to_owned(),
            question: "Who?".to_owned(),
            account: None,
            roles: vec![(CREATOR, Role::Owner)],
            items: Vec::new(),
            locked: false,
            published: None,
            published_before: false,
            deleted: false,
        }
    }

    fn role(&self, who: u128) -> Option<Role> {
        let own = self.roles.iter().find(|(one, _)| *one == who).map(|(_, role)| *role);
        if own.is_none() && self.published.is_some() { Some(Role::Reader) } else { own }
    }

    fn other_owners(&self, who: u128) -> bool {
        self.roles.iter().any(|(one, role)| *one != who && *role == Role::Owner)
    }

    /// Whether an item of this kind can use these.
    fn fit(&self, kind: ItemKind, uses: &[u128]) -> bool {
        let fits = |to: &u128| {
            let found = self.items.iter().find(|one| one.id == *to);
            found.is_some_and(|one| kind.refers_to().contains(&one.kind))
        };
        uses.iter().all(fits)
    }

    /// Whether the try is let through, and what it makes.
    fn after(&self, (what, by, how, age, orphaned): &Drawn) -> Option<Self> {
        let mut after = self.clone();
        let owner = self.role(*by) == Some(Role::Owner);
        let writer = self.role(*by) >= Some(Role::Writer);
        let member = matches!(how, As::Member);
        let open = !self.locked && !*orphaned;
        let of_access = matches!(how, As::Administrator(Authority::AccessControl));
        let of_publication = matches!(how, As::Administrator(Authority::Publication));
        if self.deleted {
            return None;
        }
        let mut bumped = true;
        match what {
            Try::Rename(title) => {
                if !(member && owner && !*orphaned) {
                    return None;
                }
                bumped = after.title != *title;
                after.title.clone_from(title);
            }
            Try::RestateInPart(_) => return None,
            Try::Restate(question) => {
                if !(member && owner && !*orphaned) {
                    return None;
                }
                bumped = after.question != *question;
                after.question.clone_from(question);
            }
            Try::Bill(account) => {
                if !(member && owner && !*orphaned) {
                    return None;
                }
                bumped = after.account != *account;
                after.account.clone_from(account);
            }
            Try::Share(with, role) => {
                if !(member && owner && open) || (*role < Role::Owner && !self.other_owners(*with)) {
                    return None;
                }
                bumped = !self.roles.contains(&(*with, *role));
                after.roles.retain(|(one, _)| one != with);
                after.roles.push((*with, *role));
            }
            Try::ChangeRole(of, role) => {
                let there = self.roles.iter().any(|(one, _)| one == of);
                let stays = *role == Role::Owner || self.other_owners(*of);
                if !(member && owner && open && there && stays) {
                    return None;
                }
                bumped = !self.roles.contains(&(*of, *role));
                after.roles.retain(|(one, _)| one != of);
                after.roles.push((*of, *role));
            }
            Try::Leave => {
                if !(member && self.role(*by).is_some() && self.other_owners(*by)) {
                    return None;
                }
                bumped = self.roles.iter().any(|(one, _)| one == by);
                after.roles.retain(|(one, _)| one != by);
            }
            Try::Unshare(with) => {
                if !(member && owner && open && self.other_owners(*with)) {
                    return None;
                }
                bumped = self.roles.iter().any(|(one, _)| one == with);
                after.roles.retain(|(one, _)| one != with);
            }
            Try::Appoint(with) => {
                if !of_access || !*orphaned || with == by {
                    return None;
                }
                bumped = !self.roles.contains(&(*with, Role::Owner));
                after.roles.retain(|(one, _)| one != with);
                after.roles.push((*with, Role::Owner));
            }
            Try::Lock | Try::Unlock => {
                let lock = matches!(what, Try::Lock);
                if !of_access || self.locked == lock {
                    return None;
                }
                after.locked = lock;
            }
            Try::Publish(category) => {
                let by_owner =
                    member && owner && open && *category == Category::Community && !self.published_before;
                if self.published.is_some() || !(by_owner || (of_publication && !self.locked)) {
                    return None;
                }
                after.published = Some(of_publication);
                after.published_before = true;
            }
            Try::Withdraw => {
                let by_owner = member && owner && open && self.published == Some(false);
                if self.published.is_none() || !(by_owner || of_publication) {
                    return None;
                }
                after.published = None;
            }
            Try::Delete => {
                let by_creator = matches!(how, As::Creator) && *by == CREATOR;
                if !(open && ((member && owner) || by_creator)) {
                    return None;
                }
                after.deleted = true;
                after.published = None;
                after.items.clear();
            }
            Try::Create(id, kind, name, uses) => {
                let taken = self
                    .items
                    .iter()
                    .any(|one| one.id == *id || (one.kind == *kind && one.name.eq_ignore_ascii_case(name)));
                if !(member && writer && open) || taken || !self.fit(*kind, uses) {
                    return None;
                }
                let (name, uses) = (name.clone(), uses.clone());
                after.items.push(Thing { id: *id, kind: *kind, name, etag: 1, body: 1, uses });
                return Some(after);
            }
            Try::RenameItem(id, name) => {
                let kind = self.items.iter().find(|one| one.id == *id)?.kind;
                let taken = self
                    .items
                    .iter()
                    .any(|one| one.id != *id && one.kind == kind && one.name.eq_ignore_ascii_case(name));
                if !(member && writer && open) || taken || *age > 0 {
                    return None;
                }
                let thing = after.items.iter_mut().find(|one| one.id == *id)?;
                thing.name.clone_from(name);
                thing.etag += 1;
                return Some(after);
            }
            Try::ReplaceItem(id, body, uses) => {
                let kind = self.items.iter().find(|one| one.id == *id)?.kind;
                if !(member && writer && open && self.fit(kind, uses)) || *age > 0 {
                    return None;
                }
                let thing = after.items.iter_mut().find(|one| one.id == *id)?;
                (thing.body, thing.uses) = (*body, uses.clone());
                thing.etag += 1;
                return Some(after);
            }
            Try::DeleteItem(id) => {
                let used = self.items.iter().any(|one| one.uses.contains(id));
                let there = self.items.iter().any(|one| one.id == *id);
                if !(member && writer && open) || used || !there || *age > 0 {
                    return None;
                }
                after.items.retain(|one| one.id != *id);
                return Some(after);
            }
        }
        if *age > 0 {
            return None;
        }
        after.version += u64::from(bumped);
        Some(after)
    }

    fn of(workspace: &Workspace) -> Self {
        Self {
            version: workspace.version(),
            title: workspace.title().to_string(),
            question: workspace.purpose().scientific_question().to_string(),
            account: match workspace.billing() {
                Billing::InitialCredits => None,
                Billing::OwnAccount { account } => Some(account.to_string()),
            },
            roles: workspace.members().iter().map(|(one, role)| (one.as_u128(), role)).collect(),
            items: workspace
                .content()
                .iter()
                .map(|one| Thing {
                    id: one.id().as_u128(),
                    kind: one.kind(),
                    name: one.name().to_string(),
                    etag: one.etag().number(),
                    body: one.body().as_bytes()[0],
                    uses: one.references().iter().map(|to| to.as_u128()).collect(),
                })
                .collect(),
            locked: workspace.lock().is_some(),
            published: workspace.publication().map(|one| one.by_administrators),
            published_before: false,
            deleted: workspace.deletion().is_some(),
        }
    }

    /// In one order, and without what does not show.
    fn shown(&self) -> Self {
        let mut shown = Self { published_before: false, ..self.clone() };
        shown.roles.sort();
        shown.items.sort_by_key(|one| one.id);
        shown
    }
}

fn command(workspace: &Workspace, (what, by, how, age, _): &Drawn) -> (Actor, Command) {
    let change =
        |change| Command::change(Etag::from_number(workspace.version().saturating_sub(*age)), change);
    let tag = |id: &u128| {
        let found = workspace.content().get(item(*id));
        Etag::from_number(found.map_or(1, |one| one.etag().number()).saturating_sub(*age))
    };
    let command = match what {
        Try::Rename(title) => change(Change::Rename(label(title))),
        Try::Restate(question) => change(Change::RestatePurpose(Box::new(purpose(question)))),
        Try::RestateInPart(question) => {
            let part = Purpose::new(PurposeCategory::ControlSet, text(question), text("So."), text("This."));
            change(Change::RestatePurpose(Box::new(part)))
        }
        Try::Bill(account) => change(Change::ChangeBilling(match account {
            Some(account) => Billing::OwnAccount { account: label(account) },
            None => Billing::InitialCredits,
        })),
        Try::Share(with, role) => change(Change::Share { with: person(*with), role: *role }),
        Try::ChangeRole(of, role) => change(Change::ChangeRole { of: person(*of), role: *role }),
        Try::Unshare(with) => change(Change::Unshare(person(*with))),
        Try::Leave => change(Change::Leave),
        Try::Appoint(with) => change(Change::AppointOwner(person(*with))),
        Try::Lock => change(Change::Lock(text("an inquiry is running"))),
        Try::Unlock => change(Change::Unlock),
        Try::Publish(category) => change(Change::Publish(*category)),
        Try::Withdraw => change(Change::Withdraw),
        Try::Delete => change(Change::Delete),
        Try::Create(id, kind, name, uses) => Command::Content(create_item(*id, *kind, name, uses)),
        Try::RenameItem(id, name) => Command::Content(rename_item(*id, tag(id), name)),
        Try::ReplaceItem(id, body, uses) => Command::Content(ContentCommand::Replace {
            item: item(*id),
            expected: tag(id),
            body: digest(*body),
            references: uses.iter().copied().map(item).collect(),
        }),
        Try::DeleteItem(id) => {
            Command::Content(ContentCommand::Delete { item: item(*id), expected: tag(id) })
        }
    };
    let action = match (&command, what) {
        (Command::Change { change, .. }, _) => change.action().unwrap_or(Action::View),
        (_, Try::Create(_, kind, _, _)) => kind.edit(),
        (_, Try::RenameItem(id, _) | Try::ReplaceItem(id, ..) | Try::DeleteItem(id)) => {
            workspace.content().get(item(*id)).map_or(Action::EditCohort, |one| one.kind().edit())
        }
        _ => Action::View,
    };
    let actor = match how {
        As::Member => member(workspace, *by, action),
        As::Creator => Actor::Creator(person(*by)),
        As::Administrator(authority) => Actor::administrator(person(*by), *authority),
    };
    (actor, command)
}

fn any_try() -> impl Strategy<Value = Drawn> {
    let who = || prop_oneof![3 => Just(CREATOR), 4 => 1u128..5];
    let role = || prop::sample::select(Role::ALL.to_vec());
    let kind = || prop::sample::select(ItemKind::ALL.to_vec());
    let name = || prop::sample::select(vec!["a", "A", "b", "c", "d"]).prop_map(str::to_owned);
    let category = prop::sample::select(vec![Category::Community, Category::Tutorials]);
    let uses = || prop_oneof![2 => Just(vec![]), 3 => prop::collection::vec(1u128..8, 1..3)];
    let what = prop_oneof![
        2 => name().prop_map(Try::Rename),
        2 => name().prop_map(Try::Restate),
        1 => name().prop_map(Try::RestateInPart),
        1 => prop::option::of(name()).prop_map(Try::Bill),
        6 => (who(), role()).prop_map(|(with, role)| Try::Share(with, role)),
        3 => (who(), role()).prop_map(|(of, role)| Try::ChangeRole(of, role)),
        3 => who().prop_map(Try::Unshare),
        2 => Just(Try::Leave),
        2 => who().prop_map(Try::Appoint),
        1 => Just(Try::Lock),
        2 => Just(Try::Unlock),
        2 => category.prop_map(Try::Publish),
        2 => Just(Try::Withdraw),
        1 => Just(Try::Delete),
        12 => (1u128..8, kind(), name(), uses()).prop_map(|(id, kind, name, uses)| {
            Try::Create(id, kind, name, uses)
        }),
        4 => (1u128..8, name()).prop_map(|(id, name)| Try::RenameItem(id, name)),
        4 => (1u128..8, 1u8..4, uses()).prop_map(|(id, body, uses)| Try::ReplaceItem(id, body, uses)),
        4 => (1u128..8).prop_map(Try::DeleteItem),
    ];
    let authority = prop::sample::select(vec![
        Authority::AccessControl,
        Authority::Publication,
        Authority::ResourceAccessBoard,
    ]);
    let how = prop_oneof![
        8 => Just(As::Member),
        1 => Just(As::Creator),
        3 => authority.prop_map(As::Administrator),
    ];
    let age = prop_oneof![9 => Just(0u64), 1 => 1u64..3];
    (what, who(), how, age, prop::bool::weighted(0.1))
}

proptest! {
    #[test]
    fn every_command_comes_to_what_the_model_says(tries in prop::collection::vec(any_try(), 0..60)) {
        let mut workspace = empty(RowTier::Registered);
        let mut model = Model::new();
        for one in tries {
            let (actor, command) = command(&workspace, &one);
            let ownership = if one.4 { Ownership::Orphaned } else { Ownership::Held };
            let before = workspace.clone();
            let given = give(&mut workspace, &actor, &command, &around().with_ownership(ownership));
            match model.after(&one) {
                Some(after) => {
                    prop_assert!(given.is_ok(), "{:?}: {:?}", one, given);
                    model = after;
                }
                None => {
                    prop_assert!(given.is_err(), "{:?} was let through in {:?}", one, model);
                    prop_assert_eq!(&workspace, &before);
                }
            }
            prop_assert_eq!(Model::of(&workspace).shown(), model.shown());

            let json = serde_json::to_string(&workspace).unwrap();
            prop_assert_eq!(&serde_json::from_str::<Workspace>(&json).unwrap(), &workspace);
        }
    }
}
