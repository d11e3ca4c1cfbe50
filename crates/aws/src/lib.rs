//! rebato-aws
