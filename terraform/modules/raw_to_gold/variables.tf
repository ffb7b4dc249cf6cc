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
  description = "The lake's key: it encrypts buckets, secrets, logs and Spark UI files."
  type        = string
}

variable "engine" {
  description = "Where the job runs: glue or emr_serverless. Its code, arguments and permissions on data are the same."
  type        = string
  default     = "glue"

  validation {
    condition     = contains(["glue", "emr_serverless"], var.engine)
    error_message = "engine must be glue or emr_serverless."
  }
}

variable "code" {
  description = <<-EOT
    Local paths of what the job runs: job.py, the wheel, for Glue the requirements file (with hashes), for EMR the
    packed environment.
  EOT
  type = object({
    job          = string
    wheel        = string
    requirements = optional(string)
    environment  = optional(string)
  })

  validation {
    condition     = alltrue([for path in values(var.code) : path == null ? true : fileexists(path)])
    error_message = "a file of code does not exist; build all of them first with `make build`."
  }
  validation {
    condition     = var.engine != "glue" || var.code.requirements != null
    error_message = "engine glue installs its modules from code.requirements, which is missing."
  }
  validation {
    condition     = var.engine != "emr_serverless" || var.code.environment != null
    error_message = "engine emr_serverless needs code.environment, a packed Python environment (.tar.gz): it has none."
  }
}

variable "contract_uri" {
  description = "Where the compiled contract is: s3://<artifacts bucket>/<key>."
  type        = string

  validation {
    condition     = startswith(var.contract_uri, "s3://${var.buckets.artifacts}/")
    error_message = "contract_uri must lie in the artifacts bucket, which is all that the job may read contracts from."
  }
}

variable "buckets" {
  description = "Names of the lake's buckets."
  type = object({
    raw        = string
    silver     = string
    gold       = string
    quarantine = string
    artifacts  = string
    logs       = string
  })
}

variable "databases" {
  description = "Names of the lake's Glue databases; their locations are the buckets of the same zone."
  type = object({
    silver     = string
    gold       = string
    quarantine = string
  })
}

variable "database_prefix" {
  description = "What precedes the zone in the names of the databases, for example lakehouse_dev_."
  type        = string

  validation {
    condition     = alltrue([for zone, database in var.databases : database == "${var.database_prefix}${zone}"])
    error_message = <<-EOT
      database_prefix and silver, gold or quarantine must give the names in databases: the job forms them so.
    EOT
  }
}

variable "masking_secret" {
  description = "The masking key's name in the contract; in Secrets Manager it is <name>/<this>."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9_-]*(/[a-z0-9_-]+)*$", var.masking_secret))
    error_message = <<-EOT
      masking_secret must be small letters, digits, '_' and '-', parts joined by '/', such as masking/key.
    EOT
  }
}

variable "log_retention_days" {
  description = "Days that the job's logs are kept."
  type        = number
  default     = 365

  validation {
    condition = contains(
      [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653],
      var.log_retention_days,
    )
    error_message = "log_retention_days must be a period that CloudWatch Logs knows, such as 30, 90, 180, 365 or 731."
  }
}

variable "timeout_minutes" {
  description = "A run that takes longer is stopped; what it had not published, the next run does."
  type        = number
  default     = 120

  validation {
    condition = (
      var.timeout_minutes >= 5 && var.timeout_minutes <= 2880 && floor(var.timeout_minutes) == var.timeout_minutes
    )
    error_message = "timeout_minutes must be a whole number from 5 to 2880."
  }
}

variable "spark_conf" {
  description = "Further Spark settings, for tuning: key => value."
  type        = map(string)
  default     = {}

  validation {
    condition = alltrue([
      for key, value in var.spark_conf : can(regex("^spark\\.[A-Za-z0-9._-]+$", key)) && can(regex("^\\S+$", value))
    ])
    error_message = "spark_conf takes keys that begin with 'spark.', values without blanks: they travel in one line."
  }
  validation {
    condition = alltrue([
      for key in keys(var.spark_conf) : !startswith(key, "spark.sql.catalog.lake") && key != "spark.sql.extensions"
    ])
    error_message = "spark_conf may not change the catalog 'lake' or spark.sql.extensions: this module sets them."
  }
}

variable "glue_version" {
  description = "Glue's release: 5.1 (Spark 3.5, the one that the tests run on) or 6.0 (Spark 4.1)."
  type        = string
  default     = "5.1"

  validation {
    condition     = contains(["5.1", "6.0"], var.glue_version)
    error_message = "glue_version must be 5.1 or 6.0: the Iceberg of earlier ones can't publish atomically."
  }
}

variable "worker_type" {
  description = "Glue's worker type: G.1X, G.2X, G.4X or G.8X (4, 8, 16 or 32 cores each)."
  type        = string
  default     = "G.1X"

  validation {
    condition     = contains(["G.1X", "G.2X", "G.4X", "G.8X"], var.worker_type)
    error_message = "worker_type must be G.1X, G.2X, G.4X or G.8X: this project's AWS provider knows no larger one."
  }
}

variable "number_of_workers" {
  description = "The most Glue workers that auto scaling may use, the driver's included."
  type        = number
  default     = 4

  validation {
    condition = (
      var.number_of_workers >= 2 &&
      var.number_of_workers <= 299 &&
      floor(var.number_of_workers) == var.number_of_workers
    )
    error_message = "number_of_workers must be a whole number from 2 (a driver and one executor) to 299."
  }
}

variable "execution_class" {
  description = "STANDARD, or FLEX: about a third cheaper, on spare capacity, so that a run may start late."
  type        = string
  default     = "STANDARD"

  validation {
    condition     = contains(["STANDARD", "FLEX"], var.execution_class)
    error_message = "execution_class must be STANDARD or FLEX."
  }
}

variable "emr_release" {
  description = "EMR's release, for engine emr_serverless."
  type        = string
  default     = "emr-7.12.0"

  validation {
    condition     = can(regex("^emr-7\\.(1[2-9]|[2-9][0-9])\\.[0-9]+$", var.emr_release))
    error_message = "emr_release must be emr-7.12.0 or later in series 7 (Spark 3.5, Iceberg 1.10)."
  }
}

variable "emr_maximum_capacity" {
  description = "The most that all EMR workers together may use: the cap of what a run can cost per hour."
  type = object({
    cpu    = string
    memory = string
    disk   = string
  })
  default = {
    cpu    = "32 vCPU"
    memory = "128 GB"
    disk   = "400 GB"
  }

  validation {
    condition = (
      can(regex("^[1-9][0-9]* vCPU$", var.emr_maximum_capacity.cpu)) &&
      can(regex("^[1-9][0-9]* GB$", var.emr_maximum_capacity.memory)) &&
      can(regex("^[1-9][0-9]* GB$", var.emr_maximum_capacity.disk))
    )
    error_message = "emr_maximum_capacity must look like { cpu = \"32 vCPU\", memory = \"128 GB\", disk = \"400 GB\" }."
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
