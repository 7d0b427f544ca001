use super::token::Span;
use crate::path::{JsonPath, Segment};

/// Where the parts of a definition stand in its text, by their paths in the JSON form, so that what
/// the checker says about a path can be shown in the text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Places {
    root: Place,
}

impl Places {
    pub(crate) const fn new(root: Place) -> Self {
        Self { root }
    }

    /// Where exactly this part stands.
    #[must_use]
    pub fn get(&self, path: &JsonPath) -> Option<Span> {
        let (place, found) = self.find(path);
        (found == path.segments().len()).then_some(place.span())
    }

    /// Where this part stands, or else the smallest known part around it.
    #[must_use]
    pub fn nearest(&self, path: &JsonPath) -> Span {
        self.find(path).0.span()
    }

    /// The deepest known place on the way to a path, and how many steps of it were gone.
    fn find(&self, path: &JsonPath) -> (&Place, usize) {
        let mut place = &self.root;
        for (gone, segment) in path.segments().iter().enumerate() {
            match place.inside(segment) {
                Some(inner) => place = inner,
                None => return (place, gone),
            }
        }
        (place, path.segments().len())
    }

    /// Every known part, outer ones before inner ones.
    pub fn iter(&self) -> impl Iterator<Item = (JsonPath, Span)> + '_ {
        let mut pending = vec![(JsonPath::default(), &self.root)];
        std::iter::from_fn(move || {
            let (path, place) = pending.pop()?;
            for (step, inner) in place.inside.iter().rev() {
                pending.push((path.then(step.segment()), inner));
            }
            Some((path, place.span()))
        })
    }
}

/// Where one part stands, and the parts inside of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Place {
    span: Option<Span>,
    inside: Vec<(PathStep, Self)>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum PathStep {
    Field(&'static str),
    Name(String),
    Position(usize),
}

impl PathStep {
    fn is(&self, segment: &Segment) -> bool {
        match (self, segment) {
            (Self::Field(field), Segment::Field(name)) => field == name,
            (Self::Name(field), Segment::Field(name)) => field == name,
            (Self::Position(here), Segment::Position(there)) => here == there,
            (Self::Field(_) | Self::Name(_), Segment::Position(_))
            | (Self::Position(_), Segment::Field(_)) => false,
        }
    }

    fn segment(&self) -> Segment {
        match self {
            Self::Field(field) => Segment::Field((*field).into()),
            Self::Name(name) => Segment::Field(name.clone().into()),
            Self::Position(position) => Segment::Position(*position),
        }
    }
}

impl Place {
    pub(crate) const fn at(span: Span) -> Self {
        Self { span: Some(span), inside: Vec::new() }
    }

    /// The part at a step.
    fn inside(&self, segment: &Segment) -> Option<&Self> {
        // A list has nothing but its elements, in their order, and may be long.
        let in_order = match segment {
            Segment::Position(position) => self.inside.get(*position),
            Segment::Field(_) => None,
        };
        let place = in_order.filter(|(step, _)| step.is(segment));
        let place = place.or_else(|| self.inside.iter().find(|(step, _)| step.is(segment)))?;
        Some(&place.1)
    }

    pub(crate) fn span(&self) -> Span {
        self.span.unwrap_or(Span::new(0, 0))
    }

    /// The same with another extent, as when brackets are put around it.
    pub(crate) fn spanning(mut self, span: Span) -> Self {
        self.span = Some(span);
        self
    }

    pub(crate) fn put(&mut self, step: PathStep, place: Self) {
        self.inside.push((step, place));
    }

    /// With this part in a field.
    pub(crate) fn with(mut self, field: &'static str, place: Self) -> Self {
        self.put(PathStep::Field(field), place);
        self
    }

    /// An object of the same extent that has this in its only field.
    pub(crate) fn under(self, field: &'static str) -> Self {
        Self::at(self.span()).with(field, self)
    }

    /// A list of these parts.
    pub(crate) fn list(span: Span, places: impl IntoIterator<Item = Self>) -> Self {
        let inside = places.into_iter().enumerate().map(|(at, place)| (PathStep::Position(at), place));
        Self { span: Some(span), inside: inside.collect() }
    }

    /// Adds a part to the list or the map in a field, which begins to exist with its first part.
    pub(crate) fn push_into(&mut self, field: &'static str, step: Option<PathStep>, place: Self) {
        let known = self.inside.iter().position(|(step, _)| *step == PathStep::Field(field));
        let at = known.unwrap_or_else(|| {
            self.put(PathStep::Field(field), Self::at(place.span()));
            self.inside.len() - 1
        });
        if let Some((_, list)) = self.inside.get_mut(at) {
            let step = step.unwrap_or(PathStep::Position(list.inside.len()));
            list.span = Some(list.span().to(place.span()));
            list.put(step, place);
        }
    }
}

/// A part of the tree and where it stands.
#[derive(Debug, Clone)]
pub(crate) struct Placed<T> {
    pub(crate) node: T,
    pub(crate) place: Place,
}

impl<T> Placed<T> {
    pub(crate) const fn new(node: T, place: Place) -> Self {
        Self { node, place }
    }

    pub(crate) fn span(&self) -> Span {
        self.place.span()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_found_by_path_and_otherwise_what_is_around_them() {
        let mut root = Place::at(Span::new(0, 100));
        let cohort = Place::at(Span::new(10, 50)).with("name", Place::at(Span::new(12, 14)));
        root.push_into("cohorts", None, cohort);
        let places = Places::new(root);
        let cohort = JsonPath::default().field("cohorts").position(0);
        assert_eq!(places.get(&cohort.field("name")), Some(Span::new(12, 14)));
        assert_eq!(places.get(&cohort.field("title")), None);
        assert_eq!(places.nearest(&cohort.field("title").field("x")), Span::new(10, 50));
        let all: Vec<String> = places.iter().map(|(path, _)| path.to_string()).collect();
        assert_eq!(all, ["$", "$.cohorts", "$.cohorts[0]", "$.cohorts[0].name"]);
    }
}
