package dev.talaria.service;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The name by which the fleet knows this host. It is written once to {@code <home>/talaria/host-id}, the machine's id on
 * the second line: a home that was cloned with its machine's image must not speak for the original, whose running work
 * it would close.
 */
public final class HostIdentity {
  private static final Logger log = LoggerFactory.getLogger(HostIdentity.class);
  private static final Pattern FORM = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,62}");
  private static final int LONGEST = 63;

  private final Path file;
  private final Supplier<String> hostName;
  private final Supplier<Optional<String>> machineId;

  public HostIdentity(Path home) {
    this(home, HostIdentity::systemHostName, HostIdentity::systemMachineId);
  }

  HostIdentity(Path home, Supplier<String> hostName, Supplier<Optional<String>> machineId) {
    this.file = home.resolve("talaria").resolve("host-id");
    this.hostName = hostName;
    this.machineId = machineId;
  }

  /**
   * The host id: the configured one if there is any; else the one on file if this is the machine that wrote it; else a new
   * one, which is then on file.
   *
   * @param configured {@code fleet.host}
   */
  public String resolve(@Nullable String configured) {
    if (configured != null) {
      return configured;
    }
    try {
      var machine = machineId.get().orElse("");
      if (!Files.exists(file)) {
        return write(sanitize(hostName.get()), machine);
      }
      var lines = Files.readAllLines(file);
      var known = lines.isEmpty() ? "" : lines.get(0).strip();
      var knownMachine = lines.size() < 2 ? "" : lines.get(1).strip();
      if (!FORM.matcher(known).matches()) {
        throw new IllegalStateException(
            "'%s' holds '%s', which is not a host id. Set fleet.host, or remove the file to have one made."
                .formatted(file, known));
      }
      if (machine.isEmpty() || machine.equals(knownMachine)) {
        return known;
      }
      if (knownMachine.isEmpty()) {
        return write(known, machine); // made where no machine id could be read
      }
      var fresh = distinct(known, machine);
      log.warn(
          "This home was made on another machine (id {}, now {}): it was '{}' and is '{}' from now on. If the machine was only renewed, set fleet.host to '{}'.",
          knownMachine,
          machine,
          known,
          fresh,
          known);
      return write(fresh, machine);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read or write the host id '%s'.".formatted(file), e);
    }
  }

  /**
   * The host's own name if it is another, else with a mark of the machine. A name with a mark came from the bare one, which
   * still belongs to the first machine.
   */
  private String distinct(String known, String machine) {
    var name = sanitize(hostName.get());
    if (!name.equals(known) && !known.startsWith(name + "-")) {
      return name;
    }
    var mark = "-" + Integer.toHexString(machine.hashCode());
    return name.substring(0, Math.min(name.length(), LONGEST - mark.length())) + mark;
  }

  private String write(String id, String machine) throws IOException {
    Files.createDirectories(file.getParent());
    var fresh = file.resolveSibling("host-id.new");
    Files.write(fresh, List.of(id, machine));
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    return id;
  }

  /** What of a host name may stand in an id. */
  static String sanitize(String name) {
    var cleaned =
        name.strip().replaceAll("[^A-Za-z0-9._-]", "-").replaceFirst("^[^A-Za-z0-9]+", "");
    if (cleaned.isEmpty()) {
      return "localhost";
    }
    return cleaned.substring(0, Math.min(cleaned.length(), LONGEST));
  }

  private static String systemHostName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      // The name exists, but does not resolve: Java's message begins with it.
      var message = e.getMessage();
      return message == null ? "localhost" : message.split(":", 2)[0];
    }
  }

  private static Optional<String> systemMachineId() {
    for (var path : List.of(Path.of("/etc/machine-id"), Path.of("/var/lib/dbus/machine-id"))) {
      try {
        var text = Files.readString(path).strip();
        if (!text.isEmpty()) {
          return Optional.of(text);
        }
      } catch (IOException e) {
        log.debug("No machine id in {}", path, e);
      }
    }
    return Optional.empty();
  }
}
