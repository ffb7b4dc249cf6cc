# The only place that reads what `make build` wrote; everything else gets values.

locals {
  build_folder = "${var.repository}/build"
  has_build    = alltrue([for file in ["build.json", "pipeline.json"] : fileexists("${local.build_folder}/${file}")])
  # Without a build these stand in while the validation of var.repository says so.
  no_build = { environment = var.environment, contract = "", contract_sha256 = "", sources_sha256 = "", files = {} }
  no_contract = {
    name        = "none"
    environment = var.environment
    masking     = { secret = "none" }
    salesforce  = { connection = {}, objects = {} }
    rest        = {}
    sinks       = {}
    silver      = {}
    gold        = {}
    derived     = { prefix = "none-${var.environment}", flows = [], parents = {}, served = {} }
  }

  build    = jsondecode(local.has_build ? file("${local.build_folder}/build.json") : jsonencode(local.no_build))
  contract = jsondecode(local.has_build ? file("${local.build_folder}/pipeline.json") : jsonencode(local.no_contract))

  name = local.contract.derived.prefix

  resources = merge([
    for api, section in local.contract.rest : {
      for name, resource in section.resources : "${api}.${name}" => resource
    }
  ]...)

  # A list of fields, or null where the contract says all.
  objects = {
    for object, spec in local.contract.salesforce.objects :
    object => merge(spec, { fields = try(tolist(spec.fields), null) })
  }

  tables = concat(
    [for table in keys(local.contract.silver) : { layer = "silver", name = table }],
    [for table in keys(local.contract.silver) : { layer = "quarantine", name = table }],
    [for table in keys(local.contract.gold) : { layer = "gold", name = table }],
  )

  code = {
    job = "${local.build_folder}/job.py"
    wheel = one([
      for file in keys(local.build.files) : "${local.build_folder}/${file}" if endswith(file, ".whl")
    ])
    requirements = "${local.build_folder}/glue-requirements.txt"
    environment = (
      contains(keys(local.build.files), "environment.tar.gz") ? "${local.build_folder}/environment.tar.gz" : null
    )
  }
}
