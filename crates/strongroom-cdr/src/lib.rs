//! The Curated Data Repository: building, verifying and querying releases

mod lease;
mod secure;
