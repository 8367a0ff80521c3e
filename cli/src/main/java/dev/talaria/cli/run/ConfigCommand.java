package dev.talaria.cli.run;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.talaria.cli.CliFailure;
import dev.talaria.cli.Exit;
import dev.talaria.cli.Session;
import dev.talaria.cli.text.JsonOut;
import dev.talaria.cli.text.Table;
import dev.talaria.service.config.ConfigException;
import dev.talaria.service.config.ConfigKeys;
import dev.talaria.service.config.ConfigLoader.Loaded;
import dev.talaria.service.config.EffectiveConfig;
import dev.talaria.service.config.Nearest;
import dev.talaria.service.config.Origin;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows the configuration in force, value by value with its origin; secrets are masked. */
@Command(
    name = "config",
    description = "Show the configuration in force, and where each value comes from.",
    footer = {
      "",
      "Example: talaria config dispatch.claim_ttl",
      "What wins: defaults < config.yaml (kanban:) < talaria.yaml < TALARIA_* variables < flags. Secrets are masked.",
      "Exit codes: 0 done, 1 a key that is not set, or problems found, 2 a key that does not exist."
    })
public final class ConfigCommand implements Callable<Integer> {
  private final Session session;

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "KEY",
      description = "One key: prints its value alone. A section: prints its keys.")
  private @Nullable String key;

  @Option(names = "--json", description = "Print an object of key to value and origin.")
  private boolean json;

  @Option(
      names = "--check",
      description = "Print nothing but what is wrong, all of it; exit with 1 if there is anything.")
  private boolean check;

  @Option(names = "--keys", description = "List every key there is, with its meaning.")
  private boolean keys;

  @Mixin
  private ConfigOptions options = new ConfigOptions();

  public ConfigCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    if (keys) {
      return listKeys();
    }
    try {
      Loaded loaded = options.loader(session, Map.of()).loadWithOrigins();
      // what only a launcher looks at: a lane's placeholders and presets, its secrets' files
      new Lanes(session.home().root(), session.surroundings().environment())
          .of(loaded.config().launcher());
      return check ? sound() : show(loaded);
    } catch (ConfigException e) {
      e.problems().forEach(problem -> session.err().println(problem));
      return Exit.FAILED;
    } catch (IllegalArgumentException e) {
      session.err().println(e.getMessage());
      return Exit.FAILED;
    }
  }

  private int sound() {
    session.out().println("the configuration can be used");
    return Exit.DONE;
  }

  private int listKeys() {
    Table table = new Table(session.terminal(), "KEY", "MEANING");
    ConfigKeys.all().forEach(each -> table.row(each.name(), each.meaning()));
    table.lines().forEach(session.out()::println);
    return Exit.DONE;
  }

  private int show(Loaded loaded) {
    Map<String, String> all = EffectiveConfig.of(loaded.config()).values();
    Map<String, Origin> origins = new TreeMap<>(loaded.origins());
    String wanted = key;
    if (wanted == null) {
      return json ? printJson(all, origins) : printTable(all, origins);
    }
    String value = all.get(wanted);
    if (value != null) {
      session.out().println(value);
      return Exit.DONE;
    }
    Map<String, String> section = new LinkedHashMap<>(all);
    section.keySet().removeIf(name -> !name.startsWith(wanted + "."));
    if (!section.isEmpty()) {
      return json ? printJson(section, origins) : printTable(section, origins);
    }
    if (ConfigKeys.all().stream().anyMatch(known -> known.fits(wanted))) {
      session.err().printf("%s is not set.%n", wanted);
      return Exit.FAILED;
    }
    List<String> known = ConfigKeys.all().stream().map(ConfigKeys.Key::name).toList();
    throw CliFailure.usage("There is no key '%s'%s"
        .formatted(
            wanted,
            Nearest.to(wanted, known, Math.max(3, wanted.length() / 2))
                .map(nearest -> "; did you mean '" + nearest + "'?")
                .orElse("; 'talaria config --keys' lists them.")));
  }

  private int printTable(Map<String, String> values, Map<String, Origin> origins) {
    Table table = new Table(session.terminal(), "KEY", "VALUE", "FROM");
    values.forEach((name, value) -> table.row(name, value, origin(name, origins)));
    table.lines().forEach(session.out()::println);
    return Exit.DONE;
  }

  private int printJson(Map<String, String> values, Map<String, Origin> origins) {
    ObjectNode all = JsonNodeFactory.instance.objectNode();
    values.forEach((name, value) ->
        all.putObject(name).put("value", value).put("from", origin(name, origins)));
    session.out().println(JsonOut.indented(all));
    return Exit.DONE;
  }

  /** Of the key itself, else of the map that it stands in. */
  private static String origin(String name, Map<String, Origin> origins) {
    for (String at = name; !at.isEmpty(); at = at.substring(0, Math.max(0, at.lastIndexOf('.')))) {
      Origin found = origins.get(at);
      if (found != null) {
        return found.where();
      }
    }
    return "default";
  }
}
