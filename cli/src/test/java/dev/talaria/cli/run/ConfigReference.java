package dev.talaria.cli.run;

import dev.talaria.cli.GeneratedPart;
import dev.talaria.service.config.ConfigKeys;
import dev.talaria.service.config.ConfigLoader;
import dev.talaria.service.config.EffectiveConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** Writes the table of docs/operations.md that follows from the configuration. Its main method brings the page up to date. */
final class ConfigReference {
  private static final GeneratedPart PART = new GeneratedPart(
      "operations.md", "made from the configuration's records by the test class ConfigReference");
  static final Path PAGE = PART.page();

  private ConfigReference() {}

  public static void main(String[] args) throws IOException {
    PART.write(args, table());
  }

  /** The page with its table made anew. */
  static String updated(String page) {
    return PART.in(page, table());
  }

  private static String table() {
    Map<String, String> defaults = EffectiveConfig.of(
            new ConfigLoader(Path.of("no-such-home"), Map.of(), Map.of()).load())
        .values();
    var text = new StringBuilder("| key | default | |\n|---|---|---|\n");
    for (ConfigKeys.Key key : ConfigKeys.all()) {
      String otherwise = key.otherwise();
      text.append("| `%s` | %s | %s |\n"
          .formatted(
              key.name(),
              otherwise != null ? otherwise : "`" + defaults.get(key.name()) + "`",
              key.meaning()));
    }
    return text.toString();
  }
}
