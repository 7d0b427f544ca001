use std::collections::{BTreeMap, BTreeSet};

use crate::{KeySet, UrlClaim, VisaType};

/// Whom this clearinghouse trusts: brokers, visa issuers and sources of assertions, each in a list
/// of its own. A visa counts only if all who had a hand in it are trusted (GA4GH Passport 1.2,
/// General Requirements 8.3).
#[derive(Debug, Clone, Default)]
pub struct Trust {
    brokers: BTreeMap<UrlClaim, Signer>,
    issuers: BTreeMap<UrlClaim, Signer>,
    sources: BTreeMap<UrlClaim, BTreeSet<VisaType>>,
}

/// Who signs tokens, as broker or as visa issuer: the name, the public keys, and what is allowed.
///
/// Whoever embeds this crate obtains the keys, from the address in its own configuration and never
/// from one in a token.
#[derive(Debug, Clone)]
pub struct Signer {
    url: UrlClaim,
    keys: KeySet,
    key_addresses: BTreeSet<UrlClaim>,
    generic_type: bool,
    access_tokens: bool,
    linking: bool,
}

impl Signer {
    /// A signer of this name (`iss`) with these keys.
    #[must_use]
    pub fn new(url: UrlClaim, keys: KeySet) -> Self {
        Self {
            url,
            keys,
            key_addresses: BTreeSet::new(),
            generic_type: false,
            access_tokens: false,
            linking: false,
        }
    }

    /// The same signer, whose tokens may name this address of its key set (`jku`). Visa documents
    /// have to name one; it is compared exactly and never called here.
    #[must_use]
    pub fn with_key_address(mut self, address: UrlClaim) -> Self {
        self.key_addresses.insert(address);
        self
    }

    /// The same signer, whose visas may have the type `JWT` in the header, or none, as issuers from
    /// before GA4GH AAI 1.2 write them. Without this the type must be `vnd.ga4gh.visa+jwt`.
    #[must_use]
    pub fn with_generic_type(mut self) -> Self {
        self.generic_type = true;
        self
    }

    /// The same signer, whose visas may be access tokens, counting for an hour from their issue
    /// (GA4GH AAI 1.2, Visa Access Token Format). Their type in the header is `JWT` or `at+jwt`.
    #[must_use]
    pub fn with_access_tokens(mut self) -> Self {
        self.access_tokens = true;
        self
    }

    /// The same signer, whose visas may say which accounts are one person's. The source of such a
    /// visa must be trusted with it as well.
    #[must_use]
    pub fn with_linking(mut self) -> Self {
        self.linking = true;
        self
    }

    /// The name, `iss`.
    #[must_use]
    pub fn url(&self) -> &UrlClaim {
        &self.url
    }

    pub(crate) fn keys(&self) -> &KeySet {
        &self.keys
    }

    pub(crate) fn has_key_address(&self, address: &str) -> bool {
        self.key_addresses.iter().any(|known| known.as_str() == address)
    }

    pub(crate) fn allows_generic_type(&self) -> bool {
        self.generic_type
    }

    pub(crate) fn allows_access_tokens(&self) -> bool {
        self.access_tokens
    }

    pub(crate) fn may_sign(&self, visa_type: VisaType) -> bool {
        self.linking || visa_type != VisaType::LinkedIdentities
    }
}

impl Trust {
    /// Nobody is trusted.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The same trust, and in this broker, who signs passports.
    #[must_use]
    pub fn with_broker(mut self, broker: Signer) -> Self {
        self.brokers.insert(broker.url.clone(), broker);
        self
    }

    /// The same trust, and in this issuer, who signs visas.
    #[must_use]
    pub fn with_issuer(mut self, issuer: Signer) -> Self {
        self.issuers.insert(issuer.url.clone(), issuer);
        self
    }

    /// The same trust, and in this source for visas of these types. Name
    /// [`LinkedIdentities`](VisaType::LinkedIdentities) only for a source that may say which
    /// accounts are one person's.
    #[must_use]
    pub fn with_source(mut self, source: UrlClaim, types: impl IntoIterator<Item = VisaType>) -> Self {
        self.sources.entry(source).or_default().extend(types);
        self
    }

    pub(crate) fn broker(&self, url: &str) -> Option<&Signer> {
        find(&self.brokers, url)
    }

    pub(crate) fn issuer(&self, url: &str) -> Option<&Signer> {
        find(&self.issuers, url)
    }

    pub(crate) fn trusts_source(&self, source: &UrlClaim, visa_type: VisaType) -> bool {
        self.sources.get(source).is_some_and(|types| types.contains(&visa_type))
    }
}

fn find<'a>(signers: &'a BTreeMap<UrlClaim, Signer>, url: &str) -> Option<&'a Signer> {
    signers.iter().find(|(known, _)| known.as_str() == url).map(|(_, signer)| signer)
}
