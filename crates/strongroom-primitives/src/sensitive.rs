use std::fmt;

/// A value that must not be printed: secrets, tokens, keys, row values in errors.
///
/// `Debug` and `Display` print a placeholder; there is no `Serialize`. Whoever needs the value
/// says so with [`expose`](Self::expose), which is easy to find in a review.
#[derive(Clone, PartialEq, Eq)]
pub struct Sensitive<T>(T);

impl<T> Sensitive<T> {
    /// Wraps the value.
    pub const fn new(value: T) -> Self {
        Self(value)
    }

    /// The value itself.
    pub const fn expose(&self) -> &T {
        &self.0
    }
}

impl<T> fmt::Debug for Sensitive<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[not shown]")
    }
}

impl<T> fmt::Display for Sensitive<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[not shown]")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_never_printed() {
        let key = Sensitive::new("hunter2");
        assert!(!format!("{key} {key:?} {:?}", Some(&key)).contains("hunter2"));
        assert_eq!(*key.expose(), "hunter2");
    }
}
