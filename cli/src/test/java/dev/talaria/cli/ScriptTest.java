package dev.talaria.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The talaria script, in a tree of its own with a Java that only says what it was asked. */
class ScriptTest {
  private static final Path SCRIPT = Path.of("..", "talaria").toAbsolutePath().normalize();

  @TempDir
  Path temp;

  private Path tree;
  private Path jdk;

  private record Result(int exit, String out, String err) {}

  @BeforeEach
  void aTreeThatIsBuilt() throws IOException {
    assumeTrue(Files.isExecutable(Path.of("/bin/sh")), "needs a POSIX shell");
    assumeTrue(Files.isReadable(SCRIPT), "needs the source tree");
    tree = Files.createDirectories(temp.resolve("a tree/with blanks")).toRealPath();
    Files.copy(SCRIPT, tree.resolve("talaria"));
    tree.resolve("talaria").toFile().setExecutable(true);
    Files.writeString(tree.resolve("pom.xml"), "<project/>");
    Path app = Files.createDirectories(tree.resolve("cli/target/talaria/1-1"));
    Files.writeString(app.resolve("17.0.1.jsa"), "");
    Files.writeString(app.resolve("25.0.1.jsa"), "");
    Files.writeString(app.resolve("17.0.1-mcp.jsa"), "");
    Files.writeString(app.resolve("17.0.1-remote.jsa"), "");
    Files.writeString(tree.resolve("cli/target/talaria/current"), "1-1\n");
    jdk = aJdk("17.0.1");
  }

  private Path aJdk(String version) throws IOException {
    Path home = Files.createDirectories(temp.resolve("jdk " + version));
    Path java = Files.createDirectories(home.resolve("bin")).resolve("java");
    Files.writeString(
        java, "#!/bin/sh\nfor a in \"$@\"; do printf '<%s>\\n' \"$a\"; done\nexit 7\n");
    java.toFile().setExecutable(true);
    Files.writeString(
        home.resolve("release"), "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"" + version + "\"\n");
    return home;
  }

  private Result run(Path script, Map<String, String> environment, String... args)
      throws Exception {
    List<String> command = new ArrayList<>(List.of("/bin/sh", script.toString()));
    command.addAll(List.of(args));
    var builder = new ProcessBuilder(command).directory(temp.toFile());
    Path out = temp.resolve("out");
    Path err = temp.resolve("err");
    builder.redirectOutput(out.toFile()).redirectError(err.toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("TALARIA_"));
    builder.environment().putAll(environment);
    Process process = builder.start();
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).as("the script ends").isTrue();
    return new Result(process.exitValue(), Files.readString(out), Files.readString(err));
  }

  private Result talaria(String... args) throws Exception {
    return run(tree.resolve("talaria"), Map.of("JAVA_HOME", jdk.toString()), args);
  }

  @Test
  void shouldPassArgumentsAndTheExitCodeThrough() throws Exception {
    Result result = talaria("create", "a  title", "--body", "$HOME *", "");

    assertThat(result.exit()).isEqualTo(7);
    assertThat(result.out())
        .endsWith("<dev.talaria.cli.Main>\n<create>\n<a  title>\n<--body>\n<$HOME *>\n<>\n");
    assertThat(result.err()).isEmpty();
  }

  @Test
  void shouldGiveLocalVerbsAClassPathWithoutServices() throws Exception {
    String out = talaria("--board", "up", "list").out();

    assertThat(out)
        .contains("/1-1/cli.jar:", "/lib/sqlite-jdbc.jar:")
        .doesNotContain("kafka", "logback", "*");
    assertThat(out).contains("<-XX:TieredStopAtLevel=1>");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "up",
        "dispatcher",
        "streams",
        "launcher",
        "broker",
        "config",
        "doctor",
        "topics",
        "bench",
        "demo"
      })
  void shouldGiveServiceVerbsTheFullClassPath(String verb) throws Exception {
    for (String[] args : new String[][] {
      {verb}, {verb, "--help"}, {"help", verb}, {"--board", "x", verb}, {"--board=x", verb}
    }) {
      assertThat(talaria(args).out()).contains("/1-1/*:", "/lib/*>");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--board a/b list",
        "--board=a/b list --json",
        "--timeout 5s --board a/b create up",
        "--command-id c-1 --board a/b show x",
        "boards --host a",
        "--timeout 5s boards list --host=a"
      })
  void shouldGiveVerbsOnBoardsOfOtherHostsKafkasClientAndNoServices(String line) throws Exception {
    String out = talaria(line.split(" ")).out();

    assertThat(out)
        .contains("/lib/sqlite-jdbc.jar:", "/lib/kafka-clients.jar:")
        .doesNotContain("kafka-streams", "logback", "*");
    assertThat(out).contains("<-Xmx256m>");
  }

  @Test
  void shouldNotTakeTheValueOfAnOptionForAVerbOrABoard() throws Exception {
    assertThat(talaria("--timeout", "up", "list").out()).doesNotContain("kafka", "*");
    assertThat(talaria("--command-id", "a/b", "list").out()).doesNotContain("kafka", "*");
    assertThat(talaria("boards", "show", "host").out()).doesNotContain("kafka", "*");
    assertThat(talaria("list", "--host", "a").out()).doesNotContain("kafka", "*");
    assertThat(talaria("list", "--board", "a/b").out()).doesNotContain("kafka", "*");
  }

  @Test
  void shouldGiveTheMcpServerItsLibraryAndNoServices() throws Exception {
    String out = talaria("--board", "list", "mcp").out();

    assertThat(out)
        .contains("/lib/sqlite-jdbc.jar:", "/lib/mcp-core.jar:", "/lib/reactor-core.jar:")
        .doesNotContain("kafka", "logback", "*");
    assertThat(out).contains("<-Xmx256m>");
  }

  @Test
  void shouldKnowTheSameServiceVerbsAsTheCommand() throws IOException {
    String script = Files.readString(SCRIPT);

    for (ServiceVerbs verb : ServiceVerbs.values()) {
      assertThat(script)
          .contains("\n  %s) options=$opts_%s ;;\n".formatted(verb.verb(), verb.verb()));
    }
  }

  @Test
  void shouldRunThroughSymbolicLinks() throws Exception {
    Path bin = Files.createDirectories(temp.resolve("bin"));
    Path absolute = Files.createSymbolicLink(bin.resolve("one"), tree.resolve("talaria"));
    Path relative = Files.createSymbolicLink(bin.resolve("two"), Path.of("one"));

    for (Path link : List.of(absolute, relative)) {
      assertThat(run(link, Map.of("JAVA_HOME", jdk.toString()), "list").out())
          .contains(tree + "/cli/target/talaria/1-1/cli.jar");
    }
  }

  @Test
  void shouldAllowNativeCodeWhereJavaWarnsOfIt() throws Exception {
    assertThat(talaria("list").out()).doesNotContain("enable-native-access");
    jdk = aJdk("25.0.1");
    assertThat(talaria("list").out()).contains("<--enable-native-access=ALL-UNNAMED>");
    assertThat(talaria("up").out()).contains("<--enable-native-access=ALL-UNNAMED>");
  }

  @Test
  void shouldAppendTheUsersOptions() throws Exception {
    Map<String, String> environment =
        Map.of("JAVA_HOME", jdk.toString(), "TALARIA_JAVA_OPTS", "-Xmx9g -Da=b");

    assertThat(run(tree.resolve("talaria"), environment, "up").out())
        .contains("<-Xmx256m>", "<-Xmx9g>\n<-Da=b>\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"11.0.2", "1.8.0_200", "16"})
  void shouldRefuseAnOldJdkInOneSentence(String version) throws Exception {
    jdk = aJdk(version);

    Result result = talaria("list");

    assertThat(result.exit()).isEqualTo(1);
    assertThat(result.out()).isEmpty();
    assertThat(result.err().lines()).hasSize(1);
    assertThat(result.err()).contains("JAVA_HOME", version, "needs a JDK 17 or newer");
  }

  @ParameterizedTest
  @ValueSource(strings = {"17", "21.0.1", "25-ea"})
  void shouldAcceptAnyNewJdk(String version) throws Exception {
    jdk = aJdk(version);
    Files.writeString(tree.resolve("cli/target/talaria/1-1/" + version + ".jsa"), "");

    assertThat(talaria("list").exit()).isEqualTo(7);
  }

  @Test
  void shouldRefuseAHomeWithoutJava() throws Exception {
    Result result = run(tree.resolve("talaria"), Map.of("JAVA_HOME", "/nowhere"), "list");

    assertThat(result.exit()).isEqualTo(1);
    assertThat(result.err()).contains("JAVA_HOME is '/nowhere'", "point it at a JDK 17 or newer");
    assertThat(result.err().lines()).hasSize(1);
  }

  @Test
  void shouldSayThatThereIsNoJava() throws Exception {
    Path bin = Files.createDirectories(temp.resolve("empty"));
    for (String tool : List.of("ls", "find", "head", "cat")) {
      Path real = List.of(Path.of("/usr/bin", tool), Path.of("/bin", tool)).stream()
          .filter(Files::isExecutable)
          .findFirst()
          .orElseThrow();
      Path wrapper =
          Files.writeString(bin.resolve(tool), "#!/bin/sh\nexec %s \"$@\"\n".formatted(real));
      wrapper.toFile().setExecutable(true);
    }

    Result result =
        run(tree.resolve("talaria"), Map.of("JAVA_HOME", "", "PATH", bin.toString()), "list");

    assertThat(result.exit()).isEqualTo(1);
    assertThat(result.err())
        .isEqualTo("talaria: needs a JDK 17 or newer; set JAVA_HOME, or put its bin on PATH.\n");
  }

  @Test
  void shouldSayThatARuntimeCannotBuild() throws Exception {
    Files.delete(tree.resolve("cli/target/talaria/current"));

    Result result = talaria("list");

    assertThat(result.exit()).isEqualTo(1);
    assertThat(result.err()).contains("a runtime without javac").doesNotContain("building");
    assertThat(tree.resolve("cli/target/talaria.lock"))
        .as("the lock is given back")
        .doesNotExist();
  }

  @Test
  void shouldBuildWhenASourceIsNewerAndTakeOverADeadBuildersLock() throws Exception {
    Path javac = jdk.resolve("bin/javac");
    Files.copy(jdk.resolve("bin/java"), javac);
    Path mvnw = tree.resolve("mvnw");
    Files.writeString(
        mvnw,
        "#!/bin/sh\nmkdir -p cli/target/talaria/modules\n: >cli/target/talaria/modules/protocol.jar\n: >cli/target/cli.jar\n");
    mvnw.toFile().setExecutable(true);
    Path source =
        Files.createDirectories(tree.resolve("protocol/src/main/java")).resolve("A.java");
    Files.writeString(source, "class A {}");
    source.toFile().setLastModified(System.currentTimeMillis() + 60_000);
    Path lock = Files.createDirectories(tree.resolve("cli/target/talaria.lock"));
    Files.writeString(lock.resolve("pid"), "999999999\n");

    Result result = talaria("list");

    assertThat(result.err()).isEqualTo("building Talaria ...\n");
    assertThat(result.exit()).isEqualTo(7);
    assertThat(result.out()).doesNotContain("/1-1/");
    assertThat(lock).doesNotExist();
    assertThat(tree.resolve("cli/target/talaria/1-1"))
        .as("what a running process may still need is kept")
        .exists();
  }

  @Test
  void shouldShowWhyABuildFailed() throws Exception {
    Files.copy(jdk.resolve("bin/java"), jdk.resolve("bin/javac"));
    Files.writeString(
        tree.resolve("mvnw"), "#!/bin/sh\necho '[ERROR] A.java: no semicolon'\nexit 1\n");
    tree.resolve("mvnw").toFile().setExecutable(true);
    Files.delete(tree.resolve("cli/target/talaria/current"));

    Result result = talaria("list");

    assertThat(result.exit()).isEqualTo(1);
    assertThat(result.out()).isEmpty();
    assertThat(result.err()).contains("no semicolon", "the build failed");
  }
}
