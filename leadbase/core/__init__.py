"""The pure core: leads, evidence, scores, reports as values; nothing here touches the outside world."""
