//! What changes a deployment: recorded first, then written.

use std::path::Path;
use std::sync::Arc;

use strongroom_access::Institution;
use strongroom_audit::Action;
use strongroom_cdr::{info, verify};
use strongroom_gate::Edition;
use strongroom_primitives::{Id, IdKind, Label, kind};
use strongroom_store::AuditLog;
use strongroom_tiers::Policy;

use crate::deployment::{POLICY_FILE, code};
use crate::document::{DOCUMENT_FILE, Document, digest};
use crate::{Deployment, DeploymentError, Operator, ReleasePlace, files};

impl Deployment {
    /// A new id, for what is about to be added.
    #[must_use]
    pub fn new_id<K: IdKind>(&self) -> Id<K> {
        self.operator.new_id()
    }

    /// Adds an institution, whose agreements count from now on.
    ///
    /// # Errors
    /// If another one has the name, or it cannot be recorded or written.
    pub async fn add_institution(&mut self, institution: Institution) -> Result<(), DeploymentError> {
        let changed = Action::InstitutionChanged { institution: institution.id(), fact: code("added")? };
        self.change("institution", [changed], |document| {
            let same =
                |other: &Institution| other.id() == institution.id() || other.name() == institution.name();
            if document.institutions.iter().any(same) {
                return Err(DeploymentError::InstitutionExists);
            }
            document.institutions.push(institution);
            Ok(())
        })
        .await
    }

    /// The institution with this name or id.
    ///
    /// # Errors
    /// If there is none.
    pub fn institution(&self, named: &str) -> Result<&Institution, DeploymentError> {
        let id: Option<Id<kind::Institution>> = named.parse().ok();
        let name = Label::new(named).ok();
        let mut all = self.institutions().iter();
        let found = all.find(|one| Some(one.id()) == id || Some(one.name()) == name.as_ref());
        found.ok_or(DeploymentError::NoInstitution)
    }

    /// Adds the release in a folder, after every file of it was checked, so that people can work on it.
    ///
    /// # Errors
    /// If another one has the name, the release is not intact, or it cannot be recorded or written.
    pub async fn add_release(&mut self, folder: &Path) -> Result<ReleasePlace, DeploymentError> {
        let folder = folder.canonicalize().map_err(|source| DeploymentError::unreadable(folder, source))?;
        let verified = verify(&folder)?;
        let told = info(&folder)?;
        let place = ReleasePlace {
            name: told.name,
            tier: told.tier,
            folder,
            manifest: verified.manifest,
            added: self.operator.now(),
        };
        let added = place.clone();
        self.change("release", [], |document| {
            if document.releases.iter().any(|other| other.name == added.name) {
                return Err(DeploymentError::ReleaseExists { name: added.name });
            }
            document.releases.push(added);
            Ok(())
        })
        .await?;
        Ok(place)
    }

    /// Brings a policy into force in the deployment of a folder, in place of the one that is, and opens it.
    /// Of the same policy, only the file is written anew: so an interrupted change is finished, or an edited
    /// file put right, by doing it again.
    ///
    /// # Errors
    /// If it is not a later version, declares something that cannot be judged by, or cannot be recorded or
    /// written.
    pub async fn change_policy(
        folder: &Path,
        policy: &Policy,
        operator: Operator,
    ) -> Result<Self, DeploymentError> {
        Edition::new(policy.clone())?;
        let (digest, version) = (policy.digest(), policy.version());
        let document = Document::read(folder)?;
        let is_in_force = document.policy == digest;
        let store = Arc::new(document.store.open(folder, false).await?);
        let mut deployment =
            Self { folder: folder.to_owned(), document, policy: policy.clone(), store, operator };
        if !is_in_force {
            let loaded = Action::PolicyLoaded { policy: digest };
            let replace = |document: &mut Document| {
                if version <= document.policy_version {
                    return Err(DeploymentError::OlderPolicy { in_force: document.policy_version });
                }
                (document.policy, document.policy_version) = (digest, version);
                Ok(())
            };
            deployment.change("policy", [loaded], replace).await?;
        }
        // Until this is done the deployment refuses to open, and says how to go on.
        files::replace(&folder.join(POLICY_FILE), &policy.to_toml())?;
        Ok(deployment)
    }

    /// Changes the document as it is now, also if another command has changed it since it was opened.
    async fn change(
        &mut self,
        fact: &str,
        more: impl IntoIterator<Item = Action>,
        change: impl FnOnce(&mut Document) -> Result<(), DeploymentError>,
    ) -> Result<(), DeploymentError> {
        let lock = files::lock(&self.folder)?;
        let mut document = Document::read(&self.folder)?;
        change(&mut document)?;
        let text = document.to_text()?;
        let changed = Action::DeploymentChanged { fact: code(fact)?, document: digest(&text) };
        self.store.append(self.operator.events(changed, more)).await?;
        files::replace(&self.folder.join(DOCUMENT_FILE), &text)?;
        self.document = document;
        drop(lock);
        Ok(())
    }
}
