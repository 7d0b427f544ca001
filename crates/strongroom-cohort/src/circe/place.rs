use crate::path::JsonPath;

/// Where something stands, as a chain of borrowed steps: a path is only put together once
/// something is wrong there.
#[derive(Clone, Copy)]
pub(super) enum Place<'a> {
    Root,
    Field(&'a Self, &'a str),
    Position(&'a Self, usize),
}

impl Place<'_> {
    pub(super) fn path(&self) -> JsonPath {
        match self {
            Self::Root => JsonPath::default(),
            Self::Field(outer, name) => outer.path().named(name),
            Self::Position(outer, position) => outer.path().position(*position),
        }
    }
}

impl<'a> Place<'a> {
    pub(super) const fn field(&'a self, name: &'a str) -> Self {
        Self::Field(self, name)
    }

    pub(super) const fn position(&'a self, position: usize) -> Self {
        Self::Position(self, position)
    }
}
