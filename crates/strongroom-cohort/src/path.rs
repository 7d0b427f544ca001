use std::borrow::Cow;
use std::fmt;

/// Where something stands in a definition, as a path through its JSON form:
/// `$.steps[1].require.any.during`.
///
/// A path is made of the language's own field names, of positions, and of concept set names, which
/// are plain identifiers. No other text of a document ever gets into it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct JsonPath(Vec<Segment>);

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Segment {
    Field(Cow<'static, str>),
    Position(usize),
}

impl JsonPath {
    /// The path of a field of the language in the object at this path.
    pub(crate) fn field(&self, name: &'static str) -> Self {
        self.then(Segment::Field(Cow::Borrowed(name)))
    }

    /// The path of what has this name in the map at this path.
    pub(crate) fn named(&self, name: &str) -> Self {
        self.then(Segment::Field(Cow::Owned(name.to_owned())))
    }

    /// The path of the element at `position`, from 0, in the list at this path.
    pub(crate) fn position(&self, position: usize) -> Self {
        self.then(Segment::Position(position))
    }

    /// This path as seen from the object whose field `name` it starts in.
    pub(crate) fn within_field(mut self, name: &str) -> Self {
        self.0.insert(0, Segment::Field(Cow::Owned(name.to_owned())));
        self
    }

    /// This path as seen from the list at whose `position` it starts.
    pub(crate) fn within_position(mut self, position: usize) -> Self {
        self.0.insert(0, Segment::Position(position));
        self
    }

    /// The field it begins with.
    pub(crate) fn first_field(&self) -> Option<&str> {
        match self.0.first()? {
            Segment::Field(name) => Some(name),
            Segment::Position(_) => None,
        }
    }

    /// What follows the first: a field, or a position.
    pub(crate) fn second(&self) -> Option<Result<&str, usize>> {
        Some(match self.0.get(1)? {
            Segment::Field(name) => Ok(name),
            Segment::Position(position) => Err(*position),
        })
    }

    pub(crate) fn segments(&self) -> &[Segment] {
        &self.0
    }

    pub(crate) fn then(&self, segment: Segment) -> Self {
        let mut segments = Vec::with_capacity(self.0.len() + 1);
        segments.extend_from_slice(&self.0);
        segments.push(segment);
        Self(segments)
    }
}

impl fmt::Display for JsonPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("$")?;
        for segment in &self.0 {
            match segment {
                Segment::Field(name) => write!(f, ".{name}")?,
                Segment::Position(position) => write!(f, "[{position}]")?,
            }
        }
        Ok(())
    }
}

impl fmt::Debug for JsonPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
