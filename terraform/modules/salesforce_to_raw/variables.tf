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
  description = <<-EOT
    The environment's own key. It encrypts the flows, the connection and its secret, from their birth: changing it makes
    them anew.
  EOT
  type        = string

  validation {
    condition     = can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/[A-Za-z0-9-]+$", var.kms_key_arn))
    error_message = "Give kms_key_arn as the ARN of a key (arn:aws:kms:<region>:<account>:key/<id>), not of an alias."
  }
}

variable "raw_bucket" {
  description = "The bucket of the raw zone. Its policy lets AppFlow write, and must be there before a flow is made."
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", var.raw_bucket))
    error_message = "Give raw_bucket as the bucket's name, without s3:// and without a path."
  }
}

variable "connection" {
  description = <<-EOT
    The connection to the org: `existing` uses the one of that name; `managed` makes it from `credentials`.
  EOT
  type        = object({ mode = string, name = string, private_link = bool })

  validation {
    condition     = contains(["existing", "managed"], var.connection.mode)
    error_message = "Give connection.mode as existing or managed."
  }

  validation {
    condition     = can(regex("^[A-Za-z0-9_/!@#+=.-]{1,256}$", var.connection.name))
    error_message = "Give connection.name as 1 to 256 letters, digits and characters of _/!@#+=.- without a blank."
  }

  validation {
    condition     = var.connection.mode != "managed" || startswith(var.connection.name, "${var.name}-")
    error_message = "A managed connection's name starts with '${var.name}-': environments of one account stay apart."
  }

  validation {
    condition     = !var.connection.private_link || var.connection.mode == "managed"
    error_message = <<-EOT
      private_link is a property of the connection itself: for an existing one choose it where that is made, and set it
      to false here.
    EOT
  }

  validation {
    condition     = !var.connection.private_link || contains(local.private_link_regions, var.account.region)
    error_message = <<-EOT
      AppFlow reaches Salesforce by private link in these regions only: ${join(", ", local.private_link_regions)}.
    EOT
  }
}

variable "credentials" {
  description = <<-EOT
    For a managed connection: `instance_url`, `is_sandbox`, and either `refresh_token` with `access_token` (and
    `client_credentials_secret_arn`, where the module's own secret is not used), or `jwt_token`.
  EOT
  # Not a typed object: a type would drop a misspelled key without a word.
  type      = any
  default   = null
  sensitive = true

  validation {
    condition     = (var.connection.mode == "managed") == (var.credentials != null)
    error_message = "Give credentials for a managed connection, and none for an existing one, which has its own."
  }

  validation {
    condition = (
      var.credentials == null
      ? true
      : try(length(setsubtract(keys(var.credentials), local.credential_keys)) == 0, false)
    )
    error_message = "credentials has an unknown key; known are ${join(", ", local.credential_keys)}."
  }

  validation {
    condition = var.credentials == null ? true : (
      can(regex("^https://[A-Za-z0-9-]+([.][A-Za-z0-9-]+)+$", var.credentials.instance_url)) &&
      can(tobool(var.credentials.is_sandbox)) &&
      length(try(var.credentials.instance_url, "")) <= 256
    )
    error_message = <<-EOT
      Give credentials.instance_url as https://<org>.my.salesforce.com, without a path, and credentials.is_sandbox as
      true or false.
    EOT
  }

  validation {
    condition = var.credentials == null ? true : contains(local.ways_in, join(" ", [
      for key in local.credential_keys :
      key if try(var.credentials[key], null) != null && !contains(["instance_url", "is_sandbox"], key)
    ]))
    error_message = <<-EOT
      Give exactly one way in: refresh_token with access_token (and client_credentials_secret_arn for a secret of your
      own), or jwt_token alone.
    EOT
  }

  validation {
    condition = (
      try(var.credentials.jwt_token, null) == null
      ? true
      : can(regex("^[A-Za-z0-9_=]+[.][A-Za-z0-9_=]+[.][A-Za-z0-9_+/=-]*$", var.credentials.jwt_token)) &&
      length(var.credentials.jwt_token) <= 8000
    )
    error_message = <<-EOT
      credentials.jwt_token is no JWT as AppFlow takes it: three parts joined by '.', at most 8000 characters, no '-' in
      the first two parts (mint another one where it has).
    EOT
  }

  validation {
    condition = alltrue([
      for key in ["access_token", "refresh_token"] :
      try(var.credentials[key], null) == null
      ? true
      : can(regex("^[^\\s]+$", var.credentials[key])) && try(length(var.credentials[key]) <= 4096, false)
    ])
    error_message = "An access or refresh token has 1 to 4096 characters and no blank or line end."
  }

  validation {
    condition = (
      try(var.credentials.client_credentials_secret_arn, null) == null
      ? true
      : can(
        regex(
          "^arn:aws:secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:[^\\s]+$",
          var.credentials.client_credentials_secret_arn,
        )
      )
    )
    error_message = <<-EOT
      Give credentials.client_credentials_secret_arn as the ARN of a secret
      (arn:aws:secretsmanager:<region>:<account>:secret:<name>); AppFlow takes the partition aws alone.
    EOT
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

variable "objects" {
  description = "The Salesforce objects of the compiled contract (`salesforce.objects`), by their names in Salesforce."
  # Not a typed object: a type would drop a key it does not know, and with it, say, a mask. What the values may be is
  # said in refusals.tf.
  type = any

  validation {
    condition = alltrue([
      for object in values(var.objects) : try(toset(keys(object)) == toset(local.known_keys.object), false)
    ])
    error_message = join("\n", concat(
      [
        join(" ", [
          "Pass the compiled contract on as it is: an object has the keys ${join(", ", local.known_keys.object)},",
          "all of them and no other.",
        ]),
      ],
      [
        for name, object in var.objects : "${name}: unknown or missing: ${join(", ", try(
          setunion(
            setsubtract(keys(object), local.known_keys.object),
            setsubtract(local.known_keys.object, keys(object)),
          ), ["all of them"]
        ))}" if try(toset(keys(object)) != toset(local.known_keys.object), true)
      ]
    ))
  }

  validation {
    condition = alltrue(flatten([
      for object in values(var.objects) : [
        for place in ["trigger", "formula_refresh"] :
        try(object[place] == null ? true : toset(keys(object[place])) == toset(local.known_keys[place]), true)
      ]
    ]))
    error_message = <<-EOT
      Pass the compiled contract on as it is: trigger has the keys ${join(", ", local.known_keys.trigger)} and no other,
      formula_refresh ${join(", ", local.known_keys.formula_refresh)}.
    EOT
  }

  validation {
    condition = alltrue(flatten([
      for object in values(var.objects) : [
        for place in ["mask", "validate", "where"] : [
          for entry in try(values(object[place]), object[place], []) :
          try(toset(keys(entry)) == toset(local.known_keys[place]), false)
        ]
      ]
    ]))
    error_message = format(
      "Pass the compiled contract on as it is: an entry of %s, and no other.",
      join(", one of ", [
        for place in ["mask", "validate", "where"] :
        "${place} has the keys ${join(" and ", local.known_keys[place])}"
      ])
    )
  }
}
