//! All pages of a list that AWS gives in pages. Must not know any single call.

/// Sends a request page after page: every item, or the first error. The turn of the first page is that of all: hardly a
/// list has a second one.
macro_rules! pages {
    ($cloud:expr, $operation:expr, $what:expr, $request:expr) => {{
        let request = $request;
        $cloud
            .limits
            .call($operation, async {
                request
                    .into_paginator()
                    .items()
                    .send()
                    .collect::<Result<_, _>>()
                    .await
                    .map_err(|error| $crate::error::cloud_error($operation, $what, &error))
            })
            .await
    }};
}

pub(crate) use pages;
