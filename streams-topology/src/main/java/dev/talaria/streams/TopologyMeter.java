package dev.talaria.streams;

import dev.talaria.service.metrics.MeterDoc;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The meters of the topology. What a crash makes it do again is counted again. */
public enum TopologyMeter implements MeterDoc {
  DECISIONS("talaria.decisions", "Decisions by what is to become of the task", List.of("action")),
  MALFORMED(
      "talaria.topology.malformed",
      "Transitions that could not be read or judged and went to the dead-letter topic",
      List.of());

  private final String meterName;
  private final String description;
  private final List<String> tags;

  TopologyMeter(String meterName, String description, List<String> tags) {
    this.meterName = meterName;
    this.description = description;
    this.tags = tags;
  }

  @Override
  public String meterName() {
    return meterName;
  }

  @Override
  public String description() {
    return description;
  }

  @Override
  public @Nullable String baseUnit() {
    return null;
  }

  @Override
  public List<String> tags() {
    return tags;
  }
}
