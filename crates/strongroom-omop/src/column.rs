/// What a column holds. The CDM's `integer` and `bigint` are one type here, 64 bits wide, because
/// record ids of large repositories outgrow 32.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "readers and writers must handle every type")]
pub enum ColumnType {
    /// A signed 64-bit integer: ids, concept ids, years, counts.
    Integer,
    /// A 64-bit floating-point number.
    Float,
    /// A calendar day.
    Date,
    /// A local date and time as recorded, with microsecond precision and no time zone.
    Timestamp,
    /// Text in UTF-8.
    Text,
}

/// One column of a CDM table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    name: &'static str,
    former_name: Option<&'static str>,
    column_type: ColumnType,
    required: bool,
}

impl Column {
    const fn new(name: &'static str, column_type: ColumnType) -> Self {
        Self { name, former_name: None, column_type, required: false }
    }

    pub(crate) const fn required(self) -> Self {
        Self { required: true, ..self }
    }

    pub(crate) const fn formerly(self, name: &'static str) -> Self {
        Self { former_name: Some(name), ..self }
    }

    /// The name in the CDM 5.4, in lower case.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// The name that the CDM 5.3 used for the same fact, where it was another.
    #[must_use]
    pub const fn former_name(&self) -> Option<&'static str> {
        self.former_name
    }

    /// What the column holds.
    #[must_use]
    pub const fn column_type(&self) -> ColumnType {
        self.column_type
    }

    /// Whether the table means nothing without this column: its key, its person, its concept, its
    /// date. (The CDM demands more columns than these; sources often lack the others.)
    #[must_use]
    pub const fn is_required(&self) -> bool {
        self.required
    }

    /// Whether a header cell names this column: either name, in any case, spaces around ignored.
    #[must_use]
    pub fn is_named(&self, header: &str) -> bool {
        let header = header.trim();
        header.eq_ignore_ascii_case(self.name)
            || self.former_name.is_some_and(|former| header.eq_ignore_ascii_case(former))
    }

    /// Whether this is a verbatim value of the source system (`…_source_value`), which may hold
    /// anything.
    #[must_use]
    pub fn is_source_value(&self) -> bool {
        self.name.ends_with("_source_value")
    }
}

pub(crate) const fn integer(name: &'static str) -> Column {
    Column::new(name, ColumnType::Integer)
}
pub(crate) const fn float(name: &'static str) -> Column {
    Column::new(name, ColumnType::Float)
}
pub(crate) const fn date(name: &'static str) -> Column {
    Column::new(name, ColumnType::Date)
}
pub(crate) const fn timestamp(name: &'static str) -> Column {
    Column::new(name, ColumnType::Timestamp)
}
pub(crate) const fn text(name: &'static str) -> Column {
    Column::new(name, ColumnType::Text)
}
