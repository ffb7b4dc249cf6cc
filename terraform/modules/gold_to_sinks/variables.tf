variable "name" {
  description = "Prefix of every AWS name: <contract name>-<environment>."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{2,40}$", var.name))
    error_message = "name must be 3 to 41 of a-z, 0-9 and '-', and start with a letter, for example lakehouse-dev."
  }
}

variable "account" {
  description = "The AWS account: its 12-digit id, the region and the partition (aws, aws-cn or aws-us-gov)."
  type = object({
    id        = string
    region    = string
    partition = string
  })

  validation {
    condition     = can(regex("^[0-9]{12}$", var.account.id))
    error_message = "account.id must be the 12 digits of the AWS account; quote it, so that leading zeros stay."
  }
}

variable "kms_key_arn" {
  description = "The lake's key, which encrypts gold; the warehouse and its administrator's password use it too."
  type        = string
}

variable "gold_bucket" {
  description = "Name of the gold bucket. A table is below <bucket>/<table>/."
  type        = string
}

variable "gold_database" {
  description = "Name of the Glue database of gold."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9_]*$", var.gold_database))
    error_message = "gold_database must be small letters, digits and '_': it is written into SQL."
  }
}

variable "sinks" {
  description = "The contract's sinks: name => {kind, tables}. Kind iceberg needs nothing beyond the table itself."
  type = map(object({
    kind   = string
    tables = list(string)
  }))

  validation {
    condition     = alltrue([for sink in values(var.sinks) : contains(["iceberg", "redshift", "snowflake"], sink.kind)])
    error_message = "a sink's kind must be iceberg, redshift or snowflake."
  }
  validation {
    condition = alltrue([
      for table in flatten(values(var.sinks)[*].tables) : can(regex("^[a-z][a-z0-9_]{0,62}$", table))
    ])
    error_message = "a sink's tables must be small letters, digits and '_', 63 at most: they are written into SQL."
  }
}

variable "redshift" {
  description = <<-EOT
    Where a sink of kind redshift is; null where there is none.
    - `mode`: serverless (the default: this module makes a workgroup) or existing (it uses yours).
    - `workgroup`, `database`: existing only (database also for serverless; default lakehouse).
    - `admin_secret_arn`: existing only: the secret of the database user who runs the SQL; without it, whoever applies.
    - `subnet_ids`, `security_group_ids`: serverless only; three subnets in three zones.
    - `base_capacity`, `max_capacity`: serverless only, in RPU; defaults 8 and 32.
    - `rpu_hours_per_day`: serverless only; queries stop there; default 24.
    - `reader_role`: the Redshift role that may read gold; it must be there. Null: nobody is granted anything yet.
  EOT
  type        = any
  default     = null

  validation {
    condition     = var.redshift != null || alltrue([for sink in values(var.sinks) : sink.kind != "redshift"])
    error_message = <<-EOT
      the contract has a sink of kind redshift: set `redshift` in the environment's tfvars, at least { subnet_ids =
      [..], security_group_ids = [..] }, or { mode = "existing", workgroup = "..", database = ".." }.
    EOT
  }
  validation {
    condition = length(setsubtract(try(keys(var.redshift), []), [
      "mode", "workgroup", "database", "admin_secret_arn", "subnet_ids", "security_group_ids", "base_capacity",
      "max_capacity",
      "rpu_hours_per_day", "reader_role",
    ])) == 0
    error_message = <<-EOT
      redshift in the tfvars has an unknown setting; it takes mode, workgroup, database, admin_secret_arn, subnet_ids,
      security_group_ids, base_capacity, max_capacity, rpu_hours_per_day and reader_role.
    EOT
  }
  validation {
    condition     = contains(["serverless", "existing"], try(var.redshift.mode, "serverless"))
    error_message = "redshift.mode must be serverless or existing."
  }
  validation {
    condition = var.redshift == null || (
      try(var.redshift.mode, "serverless") == "existing"
      ? can(regex("^[a-z0-9-]{3,64}$", var.redshift.workgroup)) && can(regex("^.+$", var.redshift.database))
      : try(length(var.redshift.subnet_ids), 0) > 0 &&
      try(length(var.redshift.security_group_ids), 0) > 0 &&
      !can(var.redshift.workgroup)
    )
    error_message = <<-EOT
      redshift of mode serverless takes subnet_ids and security_group_ids and no workgroup; mode existing takes
      workgroup (3 to 64 of a-z, 0-9 and '-') and database.
    EOT
  }
  validation {
    condition = alltrue([
      for name in [try(var.redshift.database, null), try(var.redshift.reader_role, null)] :
      name == null || can(regex("^[a-z][a-z0-9_]{0,62}$", name))
    ])
    error_message = <<-EOT
      redshift.database and reader_role must be small letters, digits and '_': they are written into SQL.
    EOT
  }
  validation {
    condition = alltrue([
      for limit in [
        try(var.redshift.base_capacity, 8),
        try(var.redshift.max_capacity, 32),
        try(var.redshift.rpu_hours_per_day, 24),
      ] :
      can(tonumber(limit)) && try(tonumber(limit), 0) >= 1
    ])
    error_message = <<-EOT
      redshift.base_capacity, max_capacity and rpu_hours_per_day must be numbers from 1: they cap the cost.
    EOT
  }
}

variable "snowflake" {
  description = <<-EOT
    How Snowflake reaches gold; null where no sink is of kind snowflake.
    - `external_id`: a string of your choice, that Snowflake presents when it assumes the role.
    - `iam_user_arn`: Snowflake's IAM user, known only after the first half of the SQL was run; null until then.
    - `warehouse`: the warehouse that creates the tables. `reader_role`: the Snowflake role that may read them.
    - `database`, `schema`: defaults LAKEHOUSE and GOLD.
    - `refresh_seconds`: how often it looks for a new snapshot; default 300.
  EOT
  type        = any
  default     = null

  validation {
    condition     = var.snowflake != null || alltrue([for sink in values(var.sinks) : sink.kind != "snowflake"])
    error_message = <<-EOT
      the contract has a sink of kind snowflake: set `snowflake` in the environment's tfvars, at least { external_id =
      "..", warehouse = "..", reader_role = ".." }.
    EOT
  }
  validation {
    condition = length(setsubtract(try(keys(var.snowflake), []), [
      "external_id", "iam_user_arn", "warehouse", "reader_role", "database", "schema", "refresh_seconds",
    ])) == 0
    error_message = <<-EOT
      snowflake in the tfvars has an unknown setting; it takes external_id, iam_user_arn, warehouse, reader_role,
      database, schema and refresh_seconds.
    EOT
  }
  validation {
    condition     = var.snowflake == null || can(regex("^[A-Za-z0-9_+=,.@:/-]{8,}$", var.snowflake.external_id))
    error_message = <<-EOT
      snowflake.external_id must be 8 or more letters, digits or any of _+=,.@:/- (make one with `openssl rand -hex
      16`).
    EOT
  }
  validation {
    condition = (
      try(var.snowflake.iam_user_arn, null) == null ||
      can(regex("^arn:aws[a-z-]*:iam::[0-9]{12}:user/[A-Za-z0-9_+=,.@/-]+$", var.snowflake.iam_user_arn))
    )
    error_message = <<-EOT
      snowflake.iam_user_arn must be the ARN of an IAM user, as DESC EXTERNAL VOLUME shows it
      (STORAGE_AWS_IAM_USER_ARN).
    EOT
  }
  validation {
    condition = var.snowflake == null || alltrue([
      for name in [
        try(var.snowflake.warehouse, ""), try(var.snowflake.reader_role, ""), try(
          var.snowflake.database,
          "LAKEHOUSE",
        ), try(var.snowflake.schema, "GOLD"),
      ] : can(regex("^[A-Z][A-Z0-9_]{0,62}$", name))
    ])
    error_message = <<-EOT
      snowflake.warehouse and reader_role must be given, and they, database and schema be capitals, digits and '_': they
      are written into SQL.
    EOT
  }
  validation {
    condition = (
      can(tonumber(try(var.snowflake.refresh_seconds, 300))) &&
      try(tonumber(try(var.snowflake.refresh_seconds, 300)), 0) >= 30
    )
    error_message = "snowflake.refresh_seconds must be a number of seconds, 30 or more."
  }
}
