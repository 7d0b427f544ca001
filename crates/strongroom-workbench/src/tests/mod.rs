//! The use cases, in memory: who may do what, and what happens when something goes wrong in between.

mod access;
mod answers;
mod copies;
mod credits;
mod directory;
mod rehearsals;
mod reviews;
mod roles;
mod sharing;
mod threats;
mod use_cases;
mod watched_store;
mod world;
