use crate::UrlClaim;

/// What a clearinghouse demands of tokens beyond what GA4GH does, and how large they may be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportPolicy {
    audience: Option<UrlClaim>,
    remaining_minutes: u32,
    assertion_days: Option<u32>,
    skew_seconds: u32,
    limits: ImportLimits,
}

/// The sizes that are read at all. They are checked before anything is parsed or compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct ImportLimits {
    /// Bytes of a passport.
    pub passport_bytes: usize,
    /// Bytes of a visa.
    pub visa_bytes: usize,
    /// How deep objects and lists may nest, the outermost object included.
    pub depth: usize,
    /// Visas of one passport, whether or not they count.
    pub visas: usize,
    /// Identities of one visa of linked identities.
    pub identities: usize,
    /// Clauses of the conditions of one visa.
    pub clauses: usize,
}

impl Default for ImportLimits {
    /// Generous for passports, which are rarely above 50 KiB: 512 KiB a passport and 64 KiB a visa,
    /// 16 deep, 64 visas, 32 identities, 64 clauses.
    fn default() -> Self {
        Self {
            passport_bytes: 512 * 1024,
            visa_bytes: 64 * 1024,
            depth: 16,
            visas: 64,
            identities: 32,
            clauses: 64,
        }
    }
}

impl Default for ImportPolicy {
    fn default() -> Self {
        Self::new()
    }
}

impl ImportPolicy {
    /// No passport meant for a particular audience, no time that a visa must have left, assertions
    /// of any age, clocks that differ by up to 60 seconds, and the default limits.
    #[must_use]
    pub fn new() -> Self {
        Self {
            audience: None,
            remaining_minutes: 0,
            assertion_days: None,
            skew_seconds: 60,
            limits: ImportLimits::default(),
        }
    }

    /// The same policy for a clearinghouse of this name: a passport for a particular audience is
    /// read if the name is in it.
    #[must_use]
    pub fn with_audience(mut self, name: UrlClaim) -> Self {
        self.audience = Some(name);
        self
    }

    /// The same policy, refusing a visa that ends within so many minutes: the duration for which
    /// access is asked (GA4GH Passport 1.2, Visa Expiry, option A).
    #[must_use]
    pub fn with_remaining_minutes(mut self, minutes: u32) -> Self {
        self.remaining_minutes = minutes;
        self
    }

    /// The same policy, under which a visa ends so many days of 24 hours after its assertion at
    /// the latest (GA4GH Passport 1.2, Visa Expiry, `maxAuthzTTL` of option A).
    #[must_use]
    pub fn with_assertion_days(mut self, days: u32) -> Self {
        self.assertion_days = Some(days);
        self
    }

    /// The same policy, under which the clocks of issuers may run ahead by so many seconds, at
    /// most 300. It never prolongs an expiry.
    #[must_use]
    pub fn with_skew_seconds(mut self, seconds: u32) -> Self {
        self.skew_seconds = seconds.min(300);
        self
    }

    /// The same policy with other limits. Nesting is read at most 64 deep.
    #[must_use]
    pub fn with_limits(mut self, limits: ImportLimits) -> Self {
        self.limits = ImportLimits { depth: limits.depth.min(64), ..limits };
        self
    }

    pub(crate) fn audience(&self) -> Option<&UrlClaim> {
        self.audience.as_ref()
    }

    pub(crate) fn remaining_minutes(&self) -> u32 {
        self.remaining_minutes
    }

    pub(crate) fn assertion_days(&self) -> Option<u32> {
        self.assertion_days
    }

    pub(crate) fn skew_seconds(&self) -> i64 {
        i64::from(self.skew_seconds)
    }

    pub(crate) fn limits(&self) -> &ImportLimits {
        &self.limits
    }
}
