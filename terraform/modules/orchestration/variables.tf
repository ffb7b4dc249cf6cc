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

variable "logs_bucket" {
  description = "The bucket with the run reports and manifests below `runs/`."
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", var.logs_bucket))
    error_message = "Give logs_bucket as the bucket's name, without s3:// and without a path."
  }
}

variable "flows" {
  description = <<-EOT
    The AppFlow flows of the contract, each with its kind: on_demand (started and waited for), schedule or event (made
    active).
  EOT
  type        = list(object({ flow = string, kind = string }))

  validation {
    condition = alltrue([
      for each in var.flows : can(regex("^${var.name}-[A-Za-z0-9_!@#.-]+$", each.flow)) && length(each.flow) <= 256
    ])
    error_message = "The name of a flow starts with `name` and '-': that is what the role may start."
  }

  validation {
    condition     = alltrue([for each in var.flows : contains(["on_demand", "schedule", "event"], each.kind)])
    error_message = "A flow's kind is on_demand, schedule or event."
  }
}

variable "resources" {
  description = "The compiled contract's REST resources by `<api>.<resource>`; each goes whole into its call's event."
  # Not a typed object: the event is passed on as the contract's compiler wrote it, and a type would drop a field it
  # does not know.
  type = any

  validation {
    condition = alltrue([
      for key, resource in var.resources : try("${resource.api}.${resource.resource}" == key, false)
    ])
    error_message = "A resource is named otherwise than its api and resource; pass the compiled contract on as it is."
  }

  validation {
    condition     = !strcontains(jsonencode(var.resources), "{%")
    error_message = <<-EOT
      A resource of the contract holds '{%', which Step Functions would evaluate: write it another way, such as %7B%25
      in a URL.
    EOT
  }
}

variable "parents" {
  description = "Child to parent: each REST resource that is read per record of another; both as `<api>.<resource>`."
  type        = map(string)

  validation {
    condition = alltrue([
      for child, parent in var.parents :
      contains(keys(var.resources), child) && contains(keys(var.resources), parent)
    ])
    error_message = "parents names a resource that is not among resources; pass the compiled contract on as it is."
  }
}

variable "rest_to_raw_function_arn" {
  description = "The function that brings a REST resource to raw."
  type        = string

  validation {
    condition = can(
      regex("^arn:[a-z-]+:lambda:[a-z0-9-]+:[0-9]{12}:function:[A-Za-z0-9_-]+$", var.rest_to_raw_function_arn)
    )
    error_message = "Give rest_to_raw_function_arn as the ARN of a function, without a version."
  }
}

variable "raw_ready_function_arn" {
  description = "The function that writes the list of what a run reads."
  type        = string

  validation {
    condition = can(
      regex("^arn:[a-z-]+:lambda:[a-z0-9-]+:[0-9]{12}:function:[A-Za-z0-9_-]+$", var.raw_ready_function_arn)
    )
    error_message = "Give raw_ready_function_arn as the ARN of a function, without a version."
  }
}

variable "code_zip" {
  description = "Path of the zip of the function that reports, built before the plan."
  type        = string
}

variable "engine" {
  description = "Where the Spark job runs: glue or emr_serverless."
  type        = string

  validation {
    condition     = contains(["glue", "emr_serverless"], var.engine)
    error_message = "engine must be glue or emr_serverless."
  }
}

variable "job_name" {
  description = "The Glue job's name; null on EMR Serverless."
  type        = string
  default     = null

  validation {
    condition     = (var.engine == "glue") == (var.job_name != null)
    error_message = "Give job_name, the Glue job's name, for engine glue, and null for emr_serverless."
  }
}

variable "emr_job_run" {
  description = "What StartJobRun takes, in Step Functions' spelling, without the run's own arguments; null on Glue."
  type        = any
  default     = null

  validation {
    condition = (var.engine == "emr_serverless") == can(
      tolist(var.emr_job_run.JobDriver.SparkSubmit.EntryPointArguments)
    )
    error_message = "Give emr_job_run as raw_to_gold's output of that name for emr_serverless, and null for glue."
  }
}

variable "application_arn" {
  description = "The EMR Serverless application's ARN; null on Glue."
  type        = string
  default     = null

  validation {
    condition     = var.engine == "glue" || var.application_arn != null
    error_message = "Give application_arn for engine emr_serverless."
  }
}

variable "job_role_arn" {
  description = "The role that the job runs with, which is handed over on EMR Serverless; null on Glue."
  type        = string
  default     = null

  validation {
    condition     = var.engine == "glue" || var.job_role_arn != null
    error_message = "Give job_role_arn for engine emr_serverless."
  }
}

variable "redshift" {
  description = <<-EOT
    The workgroup that serves gold, its database, the secret of the user who looks (null: the role itself looks), and
    the tables; null without such a sink.
  EOT
  type        = object({ workgroup = string, database = string, secret_arn = string, tables = list(string) })
  default     = null

  validation {
    condition     = alltrue([for table in try(var.redshift.tables, []) : can(regex("^[a-z][a-z0-9_]{0,62}$", table))])
    error_message = "Name redshift.tables with small letters, digits and '_', 63 at most: they are written into SQL."
  }
}

variable "schedule" {
  description = "When the machine starts: a rate, cron or at expression in UTC; null for by hand alone."
  type        = string
  default     = null

  validation {
    condition = var.schedule == null || can(regex(
      join("|", [
        "^(rate[(]([1-9][0-9]*) (minute|hour|day)s?[)]",
        "cron[(][0-9A-Z*?,/#-]+( [0-9A-Z*?,/#-]+){5}[)]",
        "at[(][0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}[)])$",
      ]),
      var.schedule
    ))
    error_message = "Write schedule as EventBridge does: rate(1 hour), cron(0 6 * * ? *) or at(2026-01-31T06:00:00)."
  }
}

variable "start_on_flow_end" {
  description = "Whether a successful run of a scheduled or event flow starts the machine as well."
  type        = bool
  default     = false
}

variable "timeouts" {
  description = <<-EOT
    Minutes until what is still running counts as failed: `execution` (720), one `flow` (180), the `job` (180, more than
    the job's own), one `view` (15).
  EOT
  type        = map(number)
  default     = {}

  validation {
    condition     = length(setsubtract(keys(var.timeouts), ["execution", "flow", "job", "view"])) == 0
    error_message = "timeouts takes execution, flow, job and view."
  }

  validation {
    condition = alltrue([
      for minutes in values(var.timeouts) : minutes >= 1 && minutes <= 10080 && floor(minutes) == minutes
    ])
    error_message = "Give timeouts as whole minutes from 1 to 10080."
  }
}

variable "rest_calls" {
  description = "Calls in a row after which a REST resource that still says CONTINUE counts as failed."
  type        = number
  default     = 100

  validation {
    condition     = var.rest_calls >= 1 && var.rest_calls <= 500 && floor(var.rest_calls) == var.rest_calls
    error_message = "Give rest_calls as a whole number from 1 to 500."
  }
}

variable "poll_seconds" {
  description = "Seconds between two looks at a flow or at a job on EMR Serverless; four times that after twenty looks."
  type        = number
  default     = 30

  validation {
    condition     = var.poll_seconds >= 1 && var.poll_seconds <= 300 && floor(var.poll_seconds) == var.poll_seconds
    error_message = "Give poll_seconds as a whole number from 1 to 300."
  }
}

variable "log_retention_days" {
  description = "Days for which the logs are kept."
  type        = number
  default     = 365
}

variable "reserved_concurrency" {
  description = "How many reports may be made at once; -1 reserves nothing."
  type        = number
  default     = -1
}
