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
  }

  build    = jsondecode(local.has_build ? file("${local.build_folder}/build.json") : jsonencode(local.no_build))
  contract = jsondecode(local.has_build ? file("${local.build_folder}/pipeline.json") : jsonencode(local.no_contract))

  name = "${local.contract.name}-${var.environment}"

  resources = merge([
    for api, section in local.contract.rest : {
      for name, resource in section.resources : "${api}.${name}" => resource
    }
  ]...)

  # The warehouses that serve something.
  sinks = {
    for sink, tables in local.tables_by_sink : sink => { kind = local.contract.sinks[sink].kind, tables = tables }
    if length(tables) > 0 && local.contract.sinks[sink].kind != "iceberg"
  }
  tables_by_sink = {
    for sink in keys(local.contract.sinks) : sink => sort([
      for table, gold in local.contract.gold : table if contains(gold.sinks, sink)
    ])
  }

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

  flows = flatten([
    for object in values(local.contract.salesforce.objects) : concat(
      [{ flow = object.flow, kind = object.trigger.kind }],
      object.formula_refresh == null ? [] : [{ flow = object.formula_refresh.flow, kind = "schedule" }],
    )
  ])
}
