# One of each resource type that the project uses, as small as AWS allows: what the emulated account must carry.

terraform {
  required_version = ">= 1.11"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "5.100.0"
    }
  }
}

provider "aws" {
  region = "eu-west-1"
}

locals {
  name    = "sample"
  account = "123456789012"
}
