package dev.talaria.cli.run;

import dev.talaria.service.config.ConfigKeys;
import dev.talaria.service.config.ConfigLoader;
import dev.talaria.service.config.EffectiveConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Writes the table of docs/operations.md that follows from the configuration. Its main method brings the page up to date. */
final class ConfigReference {
  static final Path PAGE = Path.of("..", "docs", "operations.md");
  private static final String BEGIN =
      "<!-- begin: made from the configuration's records by the test class ConfigReference -->";
  private static final String END = "<!-- end -->";

  private ConfigReference() {}

  public static void main(String[] args) throws IOException {
    Path page = args.length > 0 ? Path.of(args[0]) : PAGE;
    Files.writeString(page, updated(Files.readString(page)));
  }

  /** The page with its table made anew. */
  static String updated(String page) {
    int begin = page.indexOf(BEGIN);
    int end = page.indexOf(END);
    if (begin < 0 || end < begin) {
      throw new IllegalStateException(
          "docs/operations.md has lost its marks '" + BEGIN + "' and '" + END + "'.");
    }
    return page.substring(0, begin) + BEGIN + "\n\n" + table() + "\n" + page.substring(end);
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
