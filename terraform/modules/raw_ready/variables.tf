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

variable "logs_bucket" {
  description = "The bucket with the run reports and manifests below `runs/`."
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", var.logs_bucket))
    error_message = "Give logs_bucket as the bucket's name, without s3:// and without a path."
  }
}

variable "contract_uri" {
  description = "Where the compiled contract is, as `s3://<artifacts bucket>/<key>`."
  type        = string

  validation {
    condition     = can(regex("^s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/[A-Za-z0-9._-]+)+$", var.contract_uri))
    error_message = "Give contract_uri as the URI of one object, such as s3://lakehouse-dev-artifacts/pipeline.json."
  }
}

variable "code_zip" {
  description = "Path of the function's zip, built before the plan."
  type        = string
}

variable "log_retention_days" {
  description = "Days for which the function's logs are kept."
  type        = number
  default     = 365
}

variable "reserved_concurrency" {
  description = "How many manifests may be made at once; -1 reserves nothing."
  type        = number
  default     = -1
}

variable "memory" {
  description = "MB of memory."
  type        = number
  default     = 512
}

variable "timeout" {
  description = "Seconds that one call may take: it lists what every source has landed since the last run."
  type        = number
  default     = 300
}
