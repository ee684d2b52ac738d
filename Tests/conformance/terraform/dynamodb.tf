resource "aws_dynamodb_table" "orders" {
  name             = "tf-orders"
  billing_mode     = "PAY_PER_REQUEST"
  hash_key         = "customer"
  range_key        = "at"
  stream_enabled   = true
  stream_view_type = "NEW_AND_OLD_IMAGES"

  attribute {
    name = "customer"
    type = "S"
  }
  attribute {
    name = "at"
    type = "N"
  }
  attribute {
    name = "state"
    type = "S"
  }

  global_secondary_index {
    name            = "by-state"
    hash_key        = "state"
    range_key       = "at"
    projection_type = "ALL"
  }
  local_secondary_index {
    name               = "states"
    range_key          = "state"
    projection_type    = "INCLUDE"
    non_key_attributes = ["total"]
  }

  point_in_time_recovery {
    enabled = var.generation == 1
  }
  ttl {
    attribute_name = "expires"
    enabled        = true
  }
  on_demand_throughput {
    max_read_request_units  = 100 * var.generation
    max_write_request_units = 50
  }
  server_side_encryption {
    enabled = var.generation == 2
  }
  replica {
    region_name            = "eu-west-1"
    propagate_tags         = true
    point_in_time_recovery = var.generation == 2
  }
  table_class = var.generation == 1 ? "STANDARD" : "STANDARD_INFREQUENT_ACCESS"
  tags        = { team = "tables", generation = tostring(var.generation) }
}

resource "aws_dynamodb_table_item" "order" {
  table_name = aws_dynamodb_table.orders.name
  hash_key   = "customer"
  range_key  = "at"
  item = jsonencode({
    customer = { S = "ada" }
    at       = { N = "1" }
    state    = { S = var.generation == 1 ? "open" : "paid" }
  })
}

resource "aws_dynamodb_table" "provisioned" {
  name                        = "tf-provisioned"
  read_capacity               = 4 + var.generation
  write_capacity              = 5
  hash_key                    = "id"
  deletion_protection_enabled = var.generation == 1

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_resource_policy" "orders" {
  resource_arn = aws_dynamodb_table.orders.arn
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "generation${var.generation}"
      Effect    = "Allow"
      Principal = { AWS = aws_iam_role.worker.arn }
      Action    = ["dynamodb:GetItem", "dynamodb:Query"]
      Resource  = [aws_dynamodb_table.orders.arn, "${aws_dynamodb_table.orders.arn}/index/*"]
    }]
  })
}

resource "aws_dynamodb_contributor_insights" "orders" {
  table_name = aws_dynamodb_table.orders.name
}

resource "aws_dynamodb_contributor_insights" "by_state" {
  table_name = aws_dynamodb_table.orders.name
  index_name = "by-state"
}
