"""A simulated ERP behind an integration gateway, spoken to over HTTP as a real one would be."""
