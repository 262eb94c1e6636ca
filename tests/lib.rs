//! Holds the test suite; see `suite/`.
