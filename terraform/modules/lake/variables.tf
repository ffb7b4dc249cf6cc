variable "name" {
  description = <<-EOT
    Prefix of every AWS name: <contract name>-<environment>. Bucket names are unique in the whole world, so this must be
    too.
  EOT
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

variable "contract_file" {
  description = "Local path of the compiled contract, uploaded as pipeline.json."
  type        = string

  validation {
    condition     = fileexists(var.contract_file)
    error_message = "contract_file does not exist; compile the contract first with `make build`."
  }
}

variable "resources" {
  description = "The REST resources, as `<api>.<resource>`: what their runs landed expires, their commit logs stay."
  type        = set(string)
  default     = []

  validation {
    condition = alltrue([
      for resource in var.resources : can(regex("^[a-z][a-z0-9_]*[.][a-z][a-z0-9_]*$", resource))
    ])
    error_message = "resources: name each as <api>.<resource> in a-z, 0-9 and '_', for example billing.invoices."
  }
}

variable "raw_retention_days" {
  description = <<-EOT
    Days after which raw files expire. Raw holds personal data in clear, and no backfill reaches further back than this.
  EOT
  type        = number
  default     = 90

  validation {
    condition     = var.raw_retention_days >= 1 && floor(var.raw_retention_days) == var.raw_retention_days
    error_message = "raw_retention_days must be a whole number of days, 1 or more."
  }
}

variable "log_retention_days" {
  description = "Days after which access logs and Spark UI logs expire. Run reports and manifests (runs/) never do."
  type        = number
  default     = 365

  validation {
    condition     = var.log_retention_days >= 1 && floor(var.log_retention_days) == var.log_retention_days
    error_message = "log_retention_days must be a whole number of days, 1 or more."
  }
}

variable "force_destroy" {
  description = "Whether destroying a bucket also deletes what is in it. For development only."
  type        = bool
  default     = false
}

variable "tables" {
  description = <<-EOT
    Iceberg tables that Glue keeps tidy: the layer (silver, gold or quarantine) and the table's name. They must exist
    already, so a first apply leaves this empty.
  EOT
  type = list(object({
    layer = string
    name  = string
  }))
  default = []

  validation {
    condition     = alltrue([for table in var.tables : contains(["silver", "gold", "quarantine"], table.layer)])
    error_message = "tables: layer must be silver, gold or quarantine."
  }

  validation {
    condition     = alltrue([for table in var.tables : can(regex("^[a-z][a-z0-9_]*$", table.name))])
    error_message = "tables: name must be the table's name in a-z, 0-9 and '_', without its database, such as account."
  }
}
