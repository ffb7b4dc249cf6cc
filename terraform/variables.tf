variable "environment" {
  description = "The environment, as `make build ENV=` was told it: small letters and digits, at most 10."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9]{0,9}$", var.environment))
    error_message = "An environment is one to ten small letters and digits, the first a letter: dev."
  }
}

variable "repository" {
  description = "Path to the repository, in which `make build` has written build/."
  type        = string
  default     = ".."

  # A build that is missing or older than its sources ends the plan here. These may not use locals, which wait for them.
  validation {
    condition = (
      fileexists("${var.repository}/build/build.json") && fileexists("${var.repository}/build/pipeline.json")
    )
    error_message = "There is no build. Run: make build ENV=${var.environment}"
  }
  validation {
    condition = try(
      jsondecode(file("${var.repository}/build/build.json")).environment,
      var.environment,
    ) == var.environment
    error_message = "The build is for another environment. Run: make build ENV=${var.environment}"
  }
  validation {
    # The contract's path is the builder's: from the repository's root, or absolute.
    condition = try(
      contains(
        [
          for folder in ["${var.repository}/", ""] :
          try(filesha256("${folder}${jsondecode(file("${var.repository}/build/build.json")).contract}"), "gone")
        ],
        jsondecode(file("${var.repository}/build/build.json")).contract_sha256,
      ),
      true,
    )
    error_message = "The contract has changed since the build. Run: make build ENV=${var.environment}"
  }
  validation {
    condition = try(jsondecode(file("${var.repository}/build/build.json")).sources_sha256, null) == (
      fileexists("${var.repository}/build/build.json") ? sha256(join("", [
        for file in sort(setunion([
          for pattern in [
            "{common,data_quality,glue,lambda}/**/*.py", "data_quality/**/*.json", "{glue,lambda}/requirements.lock",
          ] :
          fileset(var.repository, pattern)
        ]...)) : filesha256("${var.repository}/${file}")
      ])) : null
    )
    error_message = "Code or its locked libraries have changed since the build. Run: make build ENV=${var.environment}"
  }
}

variable "region" {
  description = "The AWS region of everything."
  type        = string

  validation {
    condition     = can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", var.region))
    error_message = "A region looks like eu-west-1."
  }
}

variable "account_id" {
  description = "The only AWS account in which this may be applied; null asks for none."
  type        = string
  default     = null

  validation {
    condition     = var.account_id == null || can(regex("^[0-9]{12}$", var.account_id))
    error_message = "An account id has 12 digits; write it in quotes, so that leading zeros stay."
  }
}

variable "tags" {
  description = "Tags of everything, beside pipeline, environment and managed_by."
  type        = map(string)
  default     = {}
}

variable "deletable" {
  description = "Whether `make destroy` deletes buckets that still hold data."
  type        = bool
  default     = false
}

variable "raw_retention_days" {
  description = "Days after which raw files expire: they hold personal data in clear."
  type        = number
  default     = 90
}

variable "log_retention_days" {
  description = "Days after which logs expire."
  type        = number
  default     = 365
}

variable "tables_exist" {
  description = <<-EOT
    Say true after the first published run: Glue then expires old snapshots and orphan files of every table.
  EOT
  type        = bool
  default     = false
}

variable "salesforce_credentials" {
  description = <<-EOT
    Of a managed Salesforce connection: instance_url, is_sandbox, and refresh_token with access_token or jwt_token.
    Given as TF_VAR_salesforce_credentials, in no file.
  EOT
  type        = any
  default     = null
  sensitive   = true
}

variable "rest_concurrency" {
  description = "How many REST resources are read at once, taken out of the account's concurrency; -1 reserves none."
  type        = number
  default     = 5
}

variable "engine" {
  description = "Where the Spark job runs: glue, or emr_serverless (then also: make build ENGINE=emr_serverless)."
  type        = string
  default     = "glue"
}

variable "glue_version" {
  description = "Glue's release: 5.1, on which everything is tested, or 6.0."
  type        = string
  default     = "5.1"
}

variable "worker_type" {
  description = "Glue's worker type."
  type        = string
  default     = "G.1X"
}

variable "number_of_workers" {
  description = "The most Glue workers that a run may use."
  type        = number
  default     = 4
}

variable "execution_class" {
  description = "STANDARD, or FLEX: a third cheaper on spare capacity, so that a run may start late."
  type        = string
  default     = "STANDARD"
}

variable "run_schedule" {
  description = "When the state machine starts, as EventBridge writes it, in UTC; null for by hand alone."
  type        = string
  default     = null
}

variable "start_on_flow_end" {
  description = "Whether the end of a scheduled or event flow starts the state machine as well."
  type        = bool
  default     = false
}

variable "redshift" {
  description = "Settings of the sinks of kind redshift, see modules/gold_to_sinks; needed once a gold table names one."
  type        = any
  default     = null
}

variable "snowflake" {
  description = <<-EOT
    Settings of the sinks of kind snowflake, see modules/gold_to_sinks; needed once a gold table names one.
  EOT
  type        = any
  default     = null
}

variable "alert_emails" {
  description = "Who is told of alarms and of the budget."
  type        = set(string)
  default     = []
}

variable "monthly_budget_usd" {
  description = "What the pipeline may cost in a month, in US dollars."
  type        = number
}

variable "freshness_hours" {
  description = "Alarm when no run has succeeded for this many hours, 1 to 24."
  type        = number
  default     = 24
}

variable "quarantine_rate_limit" {
  description = "Alarm when a run keeps aside more than this share of the rows it read, 0 to 1."
  type        = number
  default     = 0.05
}
