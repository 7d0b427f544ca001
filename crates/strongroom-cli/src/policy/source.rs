use std::fs;
use std::path::Path;

use strongroom::tiers::{Finding, Policy, Syntax};

use crate::Failure;
use crate::failure::CommandError;

/// A policy, if it is one, and everything that was found wrong or odd with it.
pub(super) struct Source {
    pub(super) policy: Option<Policy>,
    pub(super) findings: Vec<Finding>,
}

/// Reads a policy and what was found about it: a shipped one by its name, any other from its file.
///
/// A file that is called as a shipped policy is named with its folder, such as `./all-of-us`.
pub(super) fn read(named: &Path) -> Result<Source, Failure> {
    let shipped = match named.to_str() {
        Some("all-of-us") => Policy::all_of_us()?,
        Some("small-hospital") => Policy::small_hospital()?,
        _ => {
            let bytes = bytes(named)?;
            let syntax = syntax_of_name(named).unwrap_or_else(|| Syntax::of(&bytes));
            let checked = strongroom::tiers::check(&bytes, syntax);
            return Ok(Source { policy: checked.policy().cloned(), findings: checked.findings().to_vec() });
        }
    };
    Ok(Source { findings: shipped.warnings(), policy: Some(shipped) })
}

/// Reads a policy; fails with every error that it has.
pub(crate) fn policy(named: &Path) -> Result<Policy, Failure> {
    match named.to_str() {
        Some("all-of-us") => Ok(Policy::all_of_us()?),
        Some("small-hospital") => Ok(Policy::small_hospital()?),
        _ => {
            let bytes = bytes(named)?;
            let syntax = syntax_of_name(named).unwrap_or_else(|| Syntax::of(&bytes));
            Ok(strongroom::tiers::check(&bytes, syntax).into_result()?)
        }
    }
}

pub(crate) fn bytes(file: &Path) -> Result<Vec<u8>, Failure> {
    let unreadable = |source| CommandError::Unreadable { file: file.display().to_string(), source };
    Ok(fs::read(file).map_err(unreadable)?)
}

/// The notation by the ending of the file's name.
pub(super) fn syntax_of_name(file: &Path) -> Option<Syntax> {
    let ending = file.extension()?;
    if ending.eq_ignore_ascii_case("toml") {
        Some(Syntax::Toml)
    } else if ending.eq_ignore_ascii_case("json") {
        Some(Syntax::Json)
    } else {
        None
    }
}
