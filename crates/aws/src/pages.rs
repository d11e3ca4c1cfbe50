//! All pages of a list that AWS gives in pages. Must not know any single call.

/// Sends a request page after page: every item, or the first error.
macro_rules! pages {
    ($operation:expr, $what:expr, $request:expr) => {
        $request
            .into_paginator()
            .items()
            .send()
            .collect::<Result<_, _>>()
            .await
            .map_err(|error| $crate::error::cloud_error($operation, $what, &error))
    };
}

pub(crate) use pages;
