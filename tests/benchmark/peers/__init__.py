"""The same simplified client-week on hybridcare's engine and in five libraries; README.md says what and why."""
