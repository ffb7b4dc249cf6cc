locals {
  has_redshift   = contains(local.kinds, "redshift")
  is_serverless  = local.has_redshift && local.redshift.mode == "serverless"
  redshift_count = local.has_redshift ? 1 : 0

  redshift = merge({
    mode               = "serverless"
    workgroup          = null
    database           = "lakehouse"
    admin_secret_arn   = null
    subnet_ids         = []
    security_group_ids = []
    base_capacity      = 8
    max_capacity       = 32
    rpu_hours_per_day  = 24
    reader_role        = null
  }, var.redshift)
}

resource "aws_redshiftserverless_namespace" "this" {
  count = local.is_serverless ? 1 : 0

  namespace_name = var.name
  db_name        = local.redshift.database
  kms_key_id     = var.kms_key_arn

  # Redshift makes the administrator's password itself and rotates it; it is in no state.
  manage_admin_password            = true
  admin_password_secret_kms_key_id = var.kms_key_arn

  iam_roles   = [aws_iam_role.redshift[0].arn]
  log_exports = ["connectionlog", "useractivitylog", "userlog"]
}

resource "aws_redshiftserverless_workgroup" "this" {
  count = local.is_serverless ? 1 : 0

  namespace_name       = aws_redshiftserverless_namespace.this[0].namespace_name
  workgroup_name       = var.name
  base_capacity        = local.redshift.base_capacity
  max_capacity         = local.redshift.max_capacity
  subnet_ids           = local.redshift.subnet_ids
  security_group_ids   = local.redshift.security_group_ids
  publicly_accessible  = false
  enhanced_vpc_routing = true

  config_parameter {
    parameter_key   = "require_ssl"
    parameter_value = "true"
  }

  lifecycle {
    # AWS answers with every parameter, also those that nobody has set: each plan would show them as a change.
    ignore_changes = [config_parameter]
  }
}

# The cost cap: beyond it queries fail until the next day, rather than run on.
resource "aws_redshiftserverless_usage_limit" "compute" {
  count = local.is_serverless ? 1 : 0

  resource_arn  = aws_redshiftserverless_workgroup.this[0].arn
  usage_type    = "serverless-compute"
  period        = "daily"
  amount        = local.redshift.rpu_hours_per_day
  breach_action = "deactivate"
}
