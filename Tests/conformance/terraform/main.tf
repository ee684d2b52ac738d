# What test_terraform.py applies, changes in place (`generation`) and destroys.

terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}

variable "endpoint" { type = string }

variable "package" { type = string }

variable "layer" { type = string }

variable "image" { type = string }

variable "snapped" { type = bool }

variable "generation" {
  type    = number
  default = 1
}

provider "aws" {
  region     = "us-east-1"
  access_key = "test"
  secret_key = "test"

  endpoints {
    cloudwatchlogs = var.endpoint
    dynamodb       = var.endpoint
    iam            = var.endpoint
    lambda         = var.endpoint
    sqs            = var.endpoint
    sts            = var.endpoint
  }
}

data "aws_caller_identity" "this" {}
