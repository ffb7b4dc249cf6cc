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

variable "function" {
  description = "What the function is called after `name`, in small letters and '-' (`rest-to-raw`)."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,20}$", var.function))
    error_message = "Give function as 2 to 21 small letters, digits and '-', beginning with a letter: rest-to-raw."
  }
}

variable "description" {
  description = "One sentence for the console: what the function does."
  type        = string
}

variable "code_zip" {
  description = "Path of the zip with the code and its libraries, built before the plan."
  type        = string

  validation {
    condition     = fileexists(var.code_zip)
    error_message = "There is no file ${var.code_zip}: run make build, or correct code_zip."
  }
}

variable "handler" {
  description = "The Python function that Lambda calls, as `<package>.<module>.<function>`."
  type        = string

  validation {
    condition     = can(regex("^[a-z_][a-z0-9_]*([.][a-z_][a-z0-9_]*)+$", var.handler))
    error_message = "Give handler as dotted Python names, such as rest_to_raw.handler.handler."
  }
}

variable "environment" {
  description = "The function's environment variables; never a secret's value."
  type        = map(string)
}

variable "statements" {
  description = <<-EOT
    What the function's code may do in AWS: IAM statements, each with Sid, Effect, Action, Resource and, where there is
    one, Condition.
  EOT
  type        = any

  validation {
    condition     = alltrue([for statement in var.statements : can(regex("^[A-Za-z0-9]+$", statement.Sid))])
    error_message = "Give every statement a Sid of letters and digits."
  }

  validation {
    condition = alltrue([
      for statement in var.statements : !anytrue([for action in flatten([statement.Action]) : strcontains(action, "*")])
    ])
    error_message = "Name every Action of a statement in full: no '*'."
  }
}

variable "memory" {
  description = "MB of memory; the processor's share grows with it."
  type        = number

  validation {
    condition     = var.memory >= 128 && var.memory <= 10240 && floor(var.memory) == var.memory
    error_message = "Give memory as a whole number of MB from 128 to 10240."
  }
}

variable "timeout" {
  description = "Seconds after which a call is killed."
  type        = number

  validation {
    condition     = var.timeout >= 1 && var.timeout <= 900 && floor(var.timeout) == var.timeout
    error_message = "Give timeout as a whole number of seconds from 1 to 900, the most that Lambda allows."
  }
}

variable "reserved_concurrency" {
  description = <<-EOT
    How many calls may run at once, taken out of the account's limit; -1 reserves nothing, for an account whose limit
    leaves no room.
  EOT
  type        = number

  validation {
    condition = (
      var.reserved_concurrency == -1 ||
      (var.reserved_concurrency >= 1 && floor(var.reserved_concurrency) == var.reserved_concurrency)
    )
    error_message = "Give reserved_concurrency as a whole number from 1, or -1 for none; 0 would stop the function."
  }
}

variable "log_retention_days" {
  description = "Days for which the logs are kept."
  type        = number

  validation {
    condition = contains(
      [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653],
      var.log_retention_days,
    )
    error_message = "Give log_retention_days as a period that CloudWatch Logs knows: 30, 90, 180, 365, 400, 731, ..."
  }
}
