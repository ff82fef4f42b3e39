"""The explorers tried in every notebook program and exporter, newest versions, without network; see README.md."""
