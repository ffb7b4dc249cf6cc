locals {
  # A table that several sinks of a kind name is served once.
  tables_of = {
    for kind in ["redshift", "snowflake"] :
    kind => toset(flatten([for sink in values(var.sinks) : sink.tables if sink.kind == kind]))
  }
  kinds = toset(values(var.sinks)[*].kind)
}
