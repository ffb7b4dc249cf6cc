# AppFlow compares days and instants in milliseconds since 1970; people write 2024-01-31T12:00:00Z. Terraform has no
# function for it, so here is the arithmetic of the calendar.
locals {
  # Every text of a filter that is a day or an instant, as RFC 3339.
  instants = {
    for text in toset(
      flatten([
        for object in values(var.objects) : [for filter in object.where : compact([filter.value, filter.upper])]
      ])
    ) :
    text => length(text) == 10 ? "${text}T00:00:00Z" : text
    if can(regex(local.patterns.instant, text)) &&
    can(formatdate("YYYY", length(text) == 10 ? "${text}T00:00:00Z" : text))
  }

  # 2024-01-31T12:00:00+02:00 is that time of day in UTC, moved by -02h00m.
  instants_in_utc = {
    for text, instant in local.instants : text => endswith(instant, "Z") ? instant : timeadd(
      "${substr(instant, 0, 19)}Z",
      "${substr(instant, 19, 1) == "+" ? "-" : ""}${substr(instant, 20, 2)}h${substr(instant, 23, 2)}m"
    )
  }

  # A year that begins in March has its leap day last: January and February are months 13 and 14 of the year before.
  calendar = {
    for text, instant in local.instants_in_utc : text => {
      year  = tonumber(substr(instant, 0, 4)) - (tonumber(substr(instant, 5, 2)) < 3 ? 1 : 0)
      month = tonumber(substr(instant, 5, 2)) + (tonumber(substr(instant, 5, 2)) < 3 ? 12 : 0)
      day   = tonumber(substr(instant, 8, 2))
      seconds = tonumber(
        substr(instant, 11, 2)
      ) * 3600 + tonumber(substr(instant, 14, 2)) * 60 + tonumber(substr(instant, 17, 2))
    }
  }

  # The months of such a year are 31, 30, 31, 30, 31 days long, over and over: 153 days in 5 months. 719469 days lie
  # before 1970-01-01.
  days = {
    for text, on in local.calendar : text =>
    365 * on.year + floor(on.year / 4) - floor(on.year / 100) + floor(on.year / 400) + floor(
      (153 * on.month - 457) / 5
    ) + on.day - 719469
  }

  epoch_ms = {
    for text, days in local.days : text => format("%d", (days * 86400 + local.calendar[text].seconds) * 1000)
  }
}
