use std::borrow::Cow;
use std::collections::BTreeMap;

use strongroom_access::{Dossier, Evidence, History, Institution, Person, Subject};
use strongroom_primitives::{Id, ReleaseName, Timestamp, kind};
use strongroom_tiers::{Catalogue, Intent};
use strongroom_workspaces::{Ownership, Workspace};

use crate::reverse::{CanRead, who_can_read};
use crate::{Ask, Decision, Edition, Facts, Rule, admit, tier_objections};

/// Of when a question is, in both times: how things were at `at`, as was known at `known`. The two may
/// be in either order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "there are two times, and each is named where it is written")]
pub struct AsOf {
    /// How things were.
    pub at: Timestamp,
    /// As was known.
    pub known: Timestamp,
}

/// Everything a programme ever knew, to be asked about any day: the same [`admit`] decides, on the
/// facts of that day as they were known on another.
#[derive(Debug, Clone, Default)]
pub struct Past {
    editions: History<Edition>,
    catalogues: History<Catalogue>,
    people: BTreeMap<Id<kind::Person>, History<Person>>,
    institutions: BTreeMap<Id<kind::Institution>, History<Institution>>,
    workspaces: BTreeMap<Id<kind::Workspace>, History<Workspace>>,
    dossiers: BTreeMap<Subject, Dossier>,
}

impl Past {
    /// A past with these policies and these releases, and nobody in it.
    #[must_use]
    pub fn new(editions: History<Edition>, catalogues: History<Catalogue>) -> Self {
        Self { editions, catalogues, ..Self::default() }
    }

    /// Puts a person on record.
    pub fn add_person(&mut self, id: Id<kind::Person>, history: History<Person>) {
        self.people.insert(id, history);
    }

    /// Puts an institution on record.
    pub fn add_institution(&mut self, id: Id<kind::Institution>, history: History<Institution>) {
        self.institutions.insert(id, history);
    }

    /// Puts a workspace on record.
    pub fn add_workspace(&mut self, id: Id<kind::Workspace>, history: History<Workspace>) {
        self.workspaces.insert(id, history);
    }

    /// Puts the dossier of a subject on record, in place of an earlier one.
    pub fn add_dossier(&mut self, dossier: Dossier) {
        self.dossiers.insert(dossier.subject(), dossier);
    }

    /// What would have been decided; `None` if nothing was known of the person, or no policy was in
    /// force.
    #[must_use]
    pub fn decide(
        &self,
        person: Id<kind::Person>,
        ask: &Ask,
        intent: &Intent,
        rules: &[&dyn Rule],
        when: AsOf,
    ) -> Option<Decision> {
        let snapshot = Snapshot::of(self, when)?;
        let workspace = self.workspaces.get(&ask.workspace());
        let workspace = workspace.and_then(|history| history.value(when.at, when.known));
        let then = snapshot.person(person, Some(ask.workspace()))?;
        let mut facts = then.facts(&snapshot, workspace).with_intent(intent);
        if let Some(workspace) = workspace {
            facts = facts.with_ownership(snapshot.ownership(workspace));
        }
        Some(admit(snapshot.edition.policy(), &facts, ask, rules, when.at))
    }

    /// Who could read the rows of the release for research of their own, in every workspace on it.
    ///
    /// Only the members of those workspaces are looked at, so that it costs what the release has, not
    /// what the programme has; but everybody where one was published.
    #[must_use]
    pub fn who_could_read(&self, release: &ReleaseName, rules: &[&dyn Rule], when: AsOf) -> Vec<CanRead> {
        let Some(snapshot) = Snapshot::of(self, when) else { return Vec::new() };
        let mut found = Vec::new();
        for history in self.workspaces.values() {
            let Some(workspace) = history.value(when.at, when.known) else { continue };
            if workspace.release() != release {
                continue;
            }
            let members = workspace.members().iter().map(|(person, _)| person);
            let readers: Vec<_> = match workspace.publication() {
                Some(_) => self.people.keys().copied().collect(),
                None => members.collect(),
            };
            for person in readers {
                let Some(then) = snapshot.person(person, Some(workspace.id())) else { continue };
                let facts = then.facts(&snapshot, Some(workspace));
                found.extend(who_can_read(snapshot.edition.policy(), [facts], release, rules, when.at));
            }
        }
        found.sort();
        found
    }
}

/// What is the same for everybody at that time.
struct Snapshot<'a> {
    past: &'a Past,
    when: AsOf,
    edition: &'a Edition,
    catalogue: Option<&'a Catalogue>,
}

/// A person as they were known.
struct PersonThen<'a> {
    person: &'a Person,
    institution: Option<&'a Institution>,
    own: Option<Cow<'a, Dossier>>,
    others: Vec<Dossier>,
}

impl<'a> Snapshot<'a> {
    fn of(past: &'a Past, when: AsOf) -> Option<Self> {
        let edition = past.editions.value(when.at, when.known)?;
        Some(Self { past, when, edition, catalogue: past.catalogues.value(when.at, when.known) })
    }

    fn person(&self, id: Id<kind::Person>, workspace: Option<Id<kind::Workspace>>) -> Option<PersonThen<'a>> {
        let AsOf { at, known } = self.when;
        let person = self.past.people.get(&id)?.value(at, known)?;
        let institutions = &self.past.institutions;
        let institution = person.institution().and_then(|id| institutions.get(&id)?.value(at, known));
        let about_workspace = workspace.map(|workspace| {
            [Subject::Workspace(workspace), Subject::PersonInWorkspace { person: id, workspace }]
        });
        let others = person.institution().map(Subject::Institution).into_iter();
        let others = others.chain(about_workspace.into_iter().flatten());
        Some(PersonThen {
            person,
            institution,
            own: self.dossier(Subject::Person(id)),
            others: others.filter_map(|subject| self.dossier(subject)).map(Cow::into_owned).collect(),
        })
    }

    /// Whether any owner of the workspace had access to its tier.
    fn ownership(&self, workspace: &Workspace) -> Ownership {
        workspace.ownership(|owner| {
            self.person(owner, None).is_some_and(|then| {
                let facts = then.facts(self, None);
                tier_objections(self.edition.policy(), &facts, workspace.tier(), self.when.at).is_empty()
            })
        })
    }

    /// The dossier as it was known, without a copy if nothing in it is younger.
    fn dossier(&self, subject: Subject) -> Option<Cow<'a, Dossier>> {
        let dossier = self.past.dossiers.get(&subject)?;
        let known = self.when.known;
        let old = |piece: &Evidence| {
            piece.recorded_at() <= known && piece.retractions().iter().all(|one| one.recorded_at() <= known)
        };
        let all = dossier.evidence().iter().all(old)
            && dossier.bypasses().iter().all(|bypass| {
                bypass.recorded_at() <= known
                    && bypass.retractions().iter().all(|one| one.recorded_at() <= known)
            });
        Some(if all { Cow::Borrowed(dossier) } else { Cow::Owned(dossier.as_known_at(known)) })
    }
}

impl PersonThen<'_> {
    fn facts<'f>(&'f self, snapshot: &Snapshot<'f>, workspace: Option<&'f Workspace>) -> Facts<'f> {
        let evidence = self.own.as_deref().map_or(&[][..], Dossier::evidence);
        let bypasses = self.own.as_deref().map_or(&[][..], Dossier::bypasses);
        let mut facts = Facts::new(self.person, snapshot.edition.requirements(), evidence)
            .with_bypasses(bypasses)
            .with_dossiers(&self.others);
        if let Some(institution) = self.institution {
            facts = facts.with_institution(institution);
        }
        if let Some(workspace) = workspace {
            facts = facts.with_workspace(workspace);
        }
        if let Some(catalogue) = snapshot.catalogue {
            facts = facts.with_catalogue(catalogue);
        }
        facts
    }
}
