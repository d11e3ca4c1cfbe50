//! What the actions have in common that set one attribute of the instance from one value to another: their undo, their states
//! and where they stand follow from the two values. Must not know any single attribute.

/// Makes such an action of what is its own: names, permission, where the subject has the attribute, how the command line
/// sets it, and values for its words.
macro_rules! attribute {
    (
        $(#[$doc:meta])*
        $action:ident of $type:ty,
        name: $name:literal,
        field: $field:literal,
        permission: $permission:literal,
        seen: |$subject:ident| $seen:expr,
        command: |$set:ident| $command:expr,
        values: |$words:ident| $values:expr,
    ) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
        pub struct $action {
            /// `i-…`.
            pub instance: String,
            /// As found.
            pub from: $type,
            /// As left.
            pub to: $type,
        }

        impl $crate::contain::Act for $action {
            fn name(&self) -> &'static str {
                $name
            }

            fn target(&self) -> String {
                self.instance.clone()
            }

            fn undo(&self) -> $crate::contain::Undo {
                let Self { instance, from, to } = self.clone();
                $crate::contain::Undo::by(Self {
                    instance,
                    from: to,
                    to: from,
                })
            }

            fn permissions(&self) -> Vec<&'static str> {
                vec![$permission]
            }

            fn before(&self) -> serde_json::Value {
                serde_json::json!({ $field: self.from })
            }

            fn after(&self) -> serde_json::Value {
                serde_json::json!({ $field: self.to })
            }

            fn equivalent(&self) -> Vec<String> {
                let $set = self;
                vec![$command]
            }

            fn values(&self) -> Vec<(&'static str, $crate::contain::Said)> {
                let $words = self;
                $values.into()
            }

            fn standing(
                &self,
                $subject: &$crate::identify::Subject,
                _mark: &str,
            ) -> $crate::contain::Standing {
                $crate::contain::standing::of_value($seen, &self.from, &self.to, $field)
            }
        }
    };
}

pub(super) use attribute;
