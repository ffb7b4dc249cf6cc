variable "name" {
  description = "Prefix of every AWS name and namespace of the metrics: <contract name>-<environment>."
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
  description = "ARN of the key that encrypts the alarms on their way."
  type        = string
}

variable "engine" {
  description = "What runs the job: glue or emr_serverless."
  type        = string
  default     = "glue"

  validation {
    condition     = contains(["glue", "emr_serverless"], var.engine)
    error_message = "engine must be glue or emr_serverless."
  }
}

variable "job_name" {
  description = "Name of the Glue job, or the id of the EMR Serverless application that runs it."
  type        = string
}

variable "job_log_group" {
  description = "Log group that receives the job's standard output, whose run_ended lines become the metrics."
  type        = string
}

variable "function_names" {
  description = "Lambda functions that the dashboard shows."
  type        = list(string)
  default     = []
}

variable "dead_letter_queue_names" {
  description = "Dead letter queues that the dashboard shows."
  type        = list(string)
  default     = []
}

variable "alert_emails" {
  description = "Addresses that are told of alarms. Each must confirm the mail that AWS sends first."
  type        = set(string)
  default     = []

  validation {
    condition     = alltrue([for email in var.alert_emails : can(regex("^[^@ ]+@[^@ ]+[.][^@ ]+$", email))])
    error_message = "alert_emails must be addresses such as data@example.com."
  }
}

variable "monthly_budget_usd" {
  description = "What the pipeline may cost in a month, in US dollars; told at 80 % spent and at 100 % forecast."
  type        = number

  validation {
    condition     = var.monthly_budget_usd > 0
    error_message = "monthly_budget_usd must be more than 0."
  }
}

variable "freshness_hours" {
  description = <<-EOT
    Alarm when no run has succeeded (published, or found nothing new) for this many hours, 1 to 168. More than a run
    takes longer some day: with one run a day 30.
  EOT
  type        = number
  default     = 30

  validation {
    condition = (
      var.freshness_hours >= 1 && var.freshness_hours <= 168 && floor(var.freshness_hours) == var.freshness_hours
    )
    error_message = "freshness_hours must be a whole number from 1 to 168: CloudWatch looks back seven days at most."
  }
}

variable "quarantine_rate_limit" {
  description = "Alarm when a run quarantines more than this share of the rows it read, 0 to 1."
  type        = number
  default     = 0.05

  validation {
    condition     = var.quarantine_rate_limit >= 0 && var.quarantine_rate_limit <= 1
    error_message = "quarantine_rate_limit is a share from 0 to 1: 5 % is 0.05."
  }
}
