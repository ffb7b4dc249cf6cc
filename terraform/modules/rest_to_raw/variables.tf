variable "name" {
  description = "The contract's name and the environment's (`lakehouse-dev`); every name in AWS starts with it."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{2,40}$", var.name))
    error_message = "Give a name of 3 to 41 small letters, digits and '-', beginning with a letter: lakehouse-dev."
  }
}

variable "account" {
  description = "Where everything is: the account's id, the region and the partition (`aws`, `aws-us-gov`)."
  type        = object({ id = string, region = string, partition = string })

  validation {
    condition     = can(regex("^[0-9]{12}$", var.account.id))
    error_message = "Give account.id as the 12 digits of the AWS account."
  }
}

variable "kms_key_arn" {
  description = "The environment's own key; it encrypts all that this module makes."
  type        = string

  validation {
    condition     = can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/[A-Za-z0-9-]+$", var.kms_key_arn))
    error_message = "Give kms_key_arn as the ARN of a key (arn:aws:kms:<region>:<account>:key/<id>), not of an alias."
  }
}

variable "alarm_topic_arn" {
  description = "The SNS topic that every alarm tells."
  type        = string

  validation {
    condition     = can(regex("^arn:[a-z-]+:sns:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]+$", var.alarm_topic_arn))
    error_message = "Give alarm_topic_arn as the ARN of an SNS topic (arn:aws:sns:<region>:<account>:<topic>)."
  }
}

variable "raw_bucket" {
  description = "The bucket of the raw zone."
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", var.raw_bucket))
    error_message = "Give raw_bucket as the bucket's name, without s3:// and without a path."
  }
}

variable "code_zip" {
  description = "Path of the function's zip, built before the plan."
  type        = string
}

variable "resources" {
  description = <<-EOT
    The compiled contract's REST resources by `<api>.<resource>`; each goes whole into its schedule's event.
  EOT
  # Not a typed object: the event is passed on as the contract's compiler wrote it, and a type would drop a field it
  # does not know.
  type = any

  validation {
    condition = alltrue([
      for key in keys(var.resources) : can(regex("^[a-z][a-z0-9_]*[.][a-z][a-z0-9_]*$", key)) && length(key) <= 64
    ])
    error_message = <<-EOT
      Name each resource `<api>.<resource>`: small letters, digits and '_', at most 64 characters, which is what a
      schedule's name may have.
    EOT
  }

  validation {
    condition = alltrue([
      for key, resource in var.resources : try("${resource.api}.${resource.resource}" == key, false)
    ])
    error_message = "A resource is named otherwise than its api and resource; pass the compiled contract on as it is."
  }
}

variable "schedules" {
  description = <<-EOT
    When each resource is read, by the names of `resources`: a rate, cron or at expression in UTC; null for one that is
    not scheduled.
  EOT
  type        = map(string)

  validation {
    condition     = jsonencode(keys(var.schedules)) == jsonencode(keys(var.resources))
    error_message = "Give schedules one entry for each of resources and no other; null leaves a resource unscheduled."
  }

  validation {
    condition = alltrue([
      for schedule in values(var.schedules) : schedule == null || can(regex(
        join("|", [
          "^(rate[(]([1-9][0-9]*) (minute|hour|day)s?[)]",
          "cron[(][0-9A-Z*?,/#-]+( [0-9A-Z*?,/#-]+){5}[)]",
          "at[(][0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}[)])$",
        ]),
        schedule
      ))
    ])
    error_message = "Write a schedule as EventBridge does: rate(1 hour), cron(0 6 * * ? *) or at(2026-01-31T06:00:00)."
  }
}

variable "secrets" {
  description = "The names of the secrets of the contract's APIs; each becomes an empty secret `<name>/<secret>`."
  type        = set(string)

  validation {
    condition     = alltrue([for secret in var.secrets : can(regex("^[a-z][a-z0-9_-]*(/[a-z0-9_-]+)*$", secret))])
    error_message = "Name a secret with small letters, digits, '_' and '-', parts joined by '/', such as billing/token."
  }

  validation {
    condition = alltrue([
      for resource in values(var.resources) :
      try(resource.auth.secret == null ? true : contains(var.secrets, resource.auth.secret), false)
    ])
    error_message = "A resource's auth.secret is missing in secrets; add its name there."
  }
}

variable "secret_recovery_days" {
  description = "Days in which a deleted secret can be restored; 0 deletes at once, which also frees its name at once."
  type        = number
  default     = 30

  validation {
    condition     = var.secret_recovery_days == 0 || (var.secret_recovery_days >= 7 && var.secret_recovery_days <= 30)
    error_message = "Give secret_recovery_days as 0 or as 7 to 30."
  }
}

variable "log_retention_days" {
  description = "Days for which the function's logs are kept."
  type        = number
  default     = 365
}

variable "reserved_concurrency" {
  description = "How many resources may be read at once; -1 reserves nothing."
  type        = number
  default     = 5
}

variable "memory" {
  description = "MB of memory. A part of 64 MB of records is gathered in it before it is written."
  type        = number
  default     = 512
}

variable "timeout" {
  description = "Seconds that one call may take. It stops reading 45 s before its end, to land what it has read."
  type        = number
  default     = 900

  validation {
    condition     = var.timeout >= 60
    error_message = "Give timeout as 60 to 900 seconds: a call keeps 45 s back for landing what it has read."
  }
}
