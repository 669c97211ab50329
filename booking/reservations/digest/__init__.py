"""Approvers who want one mail a day instead of one for each thing that happens."""
