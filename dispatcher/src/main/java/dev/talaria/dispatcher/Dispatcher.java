package dev.talaria.dispatcher;

import dev.talaria.board.Board;
import dev.talaria.board.BoardOptions;
import dev.talaria.dispatcher.grant.RemoteSlots;
import dev.talaria.dispatcher.grant.SlotLedger;
import dev.talaria.dispatcher.grant.SlotLedger.DirectLauncher;
import dev.talaria.dispatcher.inbox.BoardInput;
import dev.talaria.dispatcher.inbox.ControlReader;
import dev.talaria.dispatcher.lock.BoardLocks;
import dev.talaria.dispatcher.offer.OfferSender;
import dev.talaria.dispatcher.offer.Offers;
import dev.talaria.dispatcher.presence.LauncherDirectory;
import dev.talaria.dispatcher.presence.LostLaunchers;
import dev.talaria.dispatcher.presence.PresenceBeat;
import dev.talaria.dispatcher.relay.CursorReader;
import dev.talaria.dispatcher.relay.EventRelay;
import dev.talaria.dispatcher.relay.HiddenRecords;
import dev.talaria.dispatcher.reply.Replies;
import dev.talaria.dispatcher.reply.ReplySender;
import dev.talaria.dispatcher.verb.RemoteVerbs;
import dev.talaria.dispatcher.verb.VerbRunner;
import dev.talaria.dispatcher.verb.VerbsAside;
import dev.talaria.dispatcher.watch.BoardWatch;
import dev.talaria.protocol.id.BoardKey;
import dev.talaria.protocol.id.LauncherKey;
import dev.talaria.protocol.message.Presence;
import dev.talaria.protocol.message.Wire;
import dev.talaria.protocol.topic.TopicCatalogue;
import dev.talaria.service.TwinWatch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The dispatcher of a host: for each of its boards it relays events, offers ready work, grants claims and applies commands
 * and decisions. Boards stay readable and writable while Kafka is away; everything is caught up with when it is back.
 */
public final class Dispatcher implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Dispatcher.class);
  private static final Duration BEAT = Duration.ofSeconds(2);
  private static final Duration GAP = Duration.ofSeconds(5);
  /** More than the clocks of hosts differ. */
  private static final Duration LATELY = Duration.ofMinutes(10);

  private static final Duration LAUNCHERS_KEPT = Duration.ofHours(1);

  private final DispatchSettings settings;
  private final BoardOptions options;
  private final DispatcherKafka kafka;
  private final TopicCatalogue topics;
  private final Wire wire;
  private final InstantSource clock;
  private final DispatcherListener listener;
  private final String instance = UUID.randomUUID().toString();
  private final LauncherDirectory launchers;
  private final @Nullable SlotLedger direct;
  private final RemoteSlots remoteSlots;
  private final Producer<byte[], byte[]> producer;
  private final OfferSender offerSender;
  private final DeadLetters deadLetters;
  private final List<BoardOwner> owners = new ArrayList<>();
  private final List<EventRelay> relays = new ArrayList<>();
  private final List<RemoteVerbs> verbs = new ArrayList<>();
  private final BoardLocks locks = new BoardLocks();
  private final ControlReader control;
  private final PresenceBeat beat;
  private final TopicWatch topicWatch;
  private final TwinWatch twins = new TwinWatch(instance, null);
  /** Whether it is known that no other dispatcher speaks for this host's boards: until then nobody is to hear of this one. */
  private volatile boolean speaks;

  private volatile @Nullable String stoodDown;
  private @Nullable BoardWatch watch;
  private boolean closed;

  /** A dispatcher that carries no verbs of other hosts out. */
  public Dispatcher(
      DispatchSettings settings,
      List<BoardFile> boards,
      BoardOptions options,
      DispatcherKafka kafka,
      TopicCatalogue topics,
      Wire wire,
      InstantSource clock,
      @Nullable DirectLauncher direct,
      DispatcherListener listener) {
    this(settings, boards, options, kafka, topics, wire, clock, direct, listener, VerbRunner.NONE);
  }

  /**
   * A dispatcher.
   *
   * @param boards the boards of this host
   * @param direct the launcher in this JVM, which is granted to without offers, or null
   * @param runner carries verbs out that were typed on other hosts
   */
  public Dispatcher(
      DispatchSettings settings,
      List<BoardFile> boards,
      BoardOptions options,
      DispatcherKafka kafka,
      TopicCatalogue topics,
      Wire wire,
      InstantSource clock,
      @Nullable DirectLauncher direct,
      DispatcherListener listener,
      VerbRunner runner) {
    this.settings = settings;
    this.options = options;
    this.kafka = kafka;
    this.topics = topics;
    this.wire = wire;
    this.clock = clock;
    this.listener = listener;
    this.launchers = new LauncherDirectory(
        settings.lostAfter(), GAP, LAUNCHERS_KEPT.plus(settings.longestWait()));
    this.direct = direct == null ? null : new SlotLedger(direct);
    this.remoteSlots = new RemoteSlots(direct == null ? null : direct.key());
    this.producer = kafka.producer();
    this.offerSender =
        new OfferSender(producer, topics, kafka::isThere, () -> owners.forEach(BoardOwner::wake));
    this.deadLetters = new DeadLetters(producer, topics, wire, clock);
    boards.forEach(board -> add(board, runner));
    this.control = new ControlReader(
        kafka::consumer, kafka::topics, topics, wire, owners, new Control(), () -> speaks);
    List<BoardKey> keys = boards.stream().map(BoardFile::key).toList();
    this.beat = new PresenceBeat(
        producer, topics, wire, clock, settings.host(), instance, keys, settings.version(), BEAT);
    this.topicWatch = new TopicWatch(kafka::topics, this::topicsReplaced);
  }

  private void add(BoardFile file, VerbRunner runner) {
    int index = owners.size();
    var sender = new ReplySender(producer, topics, wire);
    Replies replies = answers -> {
      if (speaks) { // what is not asked, but told, is told again
        sender.send(answers);
      }
    };
    var offers = new Offers(
        file.key(),
        offerSender,
        wire,
        clock,
        launchers,
        direct == null ? null : direct.launcher().key(),
        settings.offerWindow(),
        listener);
    var aside = new VerbsAside(file.key(), () -> Board.open(file.db(), options), replies, clock);
    var remote = new RemoteVerbs(file.key(), runner, aside, wire);
    verbs.add(remote);
    var work = new BoardWork(
        file,
        settings,
        launchers,
        direct,
        remoteSlots,
        wire,
        clock,
        listener,
        remote,
        this::refused);
    owners.add(new BoardOwner(
        file,
        () -> Board.open(file.db(), options),
        work,
        direct,
        replies,
        offers,
        new Owner(index)));
    relays.add(new EventRelay(
        file.key(),
        () -> Board.openReadOnly(file.db(), options),
        owners.get(index),
        new Relay(),
        topics,
        wire,
        clock,
        listener));
  }

  /**
   * Opens the boards and starts. Returns once the boards are open; Kafka may be away.
   *
   * @throws dev.talaria.board.BoardStoreException when a board cannot be opened
   * @throws IllegalStateException when another dispatcher of ours serves one of them
   */
  public void start() {
    takeLocks();
    try {
      BoardWatch boardWatch = new BoardWatch(owners.get(0).file().db());
      watch = boardWatch;
      for (int i = 0; i < owners.size(); i++) {
        BoardOwner owner = owners.get(i);
        EventRelay relay = relays.get(i);
        owner.start();
        boardWatch.watch(owner.file().directory(), () -> {
          owner.fileChanged();
          relay.nudge();
        });
      }
      owners.stream().map(owner -> owner.file().root()).distinct().forEach(locks::takeGateway);
      boardWatch.start();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot watch the directory of a board", e);
    }
    control.start();
    beat.start();
    topicWatch.start();
    log.info(
        "Dispatching {} of host '{}'.",
        owners.stream().map(BoardOwner::key).toList(),
        settings.host());
  }

  /** Before anything is opened or begun: where another dispatcher serves a board, nothing of this one is to be seen there. */
  private void takeLocks() {
    try {
      owners.forEach(owner -> locks.take(owner.file(), instance).ifPresent(twins::knowGone));
    } catch (RuntimeException e) {
      locks.close();
      throw e;
    }
  }

  /** Grants nothing more to the launcher in this JVM, which is about to end its workers. */
  public void stopGranting() {
    if (direct != null) {
      direct.closeForGrants();
    }
  }

  /** Whether Kafka answers: this dispatcher's own beats come back to it. */
  public boolean hearsKafka() {
    return launchers.isHearing(System.nanoTime());
  }

  /** Whether work flows: every board has found its place on Kafka, and what waited for the boards there has been read. */
  public boolean isReady() {
    return notReadyBecause().isEmpty();
  }

  /** What is missing until work flows, in words. */
  public Optional<String> notReadyBecause() {
    String reason = stoodDown;
    if (reason != null) {
      return Optional.of(reason);
    }
    if (!speaks) {
      return Optional.of("it is not known yet whether another dispatcher of host '%s' is at work"
          .formatted(settings.host()));
    }
    for (int i = 0; i < relays.size(); i++) {
      if (!relays.get(i).isVerified()) {
        return Optional.of("board '%s' has not found its place on Kafka yet"
            .formatted(owners.get(i).key()));
      }
    }
    return control.hasCaughtUp()
        ? Optional.empty()
        : Optional.of("commands and decisions that waited are not all read yet");
  }

  /** Where commands wait for boards, for readiness and tests. */
  public LauncherDirectory launchers() {
    return launchers;
  }

  /** Stops taking in, decides what is open, sends what is committed, says farewell; bounded in time. Idempotent. */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    topicWatch.close();
    control.close();
    owners.forEach(BoardOwner::close);
    verbs.forEach(RemoteVerbs::close);
    relays.forEach(EventRelay::close);
    beat.close();
    if (watch != null) {
      watch.close();
    }
    owners.forEach(BoardOwner::closeBoard);
    locks.close();
    offerSender.close();
    producer.close(Duration.ofSeconds(3));
  }

  /** Another dispatcher speaks for this host's boards, and was there first: nothing more is granted, read or published. */
  private void standDown(String first) {
    if (stoodDown != null) {
      return;
    }
    speaks = false;
    stoodDown =
        "another dispatcher of host '%s' was there first (instance %s); set another fleet.host here"
            .formatted(settings.host(), first);
    log.error("This dispatcher stands down: {}. Its boards stay readable and writable.", stoodDown);
    stopGranting();
    owners.forEach(BoardOwner::standDown);
    new Thread(this::fallSilent, "dispatcher-stand-down").start();
  }

  private void speakOnceAlone() {
    if (!speaks && stoodDown == null && twins.isAlone()) {
      speaks = true;
      relays.forEach(EventRelay::start);
    }
  }

  private synchronized void fallSilent() {
    if (!closed) {
      control.close();
      relays.forEach(EventRelay::close);
      beat.close();
    }
  }

  private void topicsReplaced(String topic) {
    log.warn("Topic '{}' was made again; offsets and history are checked anew.", topic);
    if (topic.equals(topics.transitions()) || topic.equals(topics.relayCursors())) {
      relays.forEach(EventRelay::startOver);
    } else {
      control.startOver();
    }
  }

  private void refused(BoardInput input, String reason) {
    deadLetters.send(
        input.source().topic(), input.source().partition(), input.offset(), reason, null, null);
    listener.malformed(input.source().topic());
  }

  private final class Owner implements BoardOwner.OwnerListener {
    private final int index;

    Owner(int index) {
      this.index = index;
    }

    @Override
    public void committed() {
      relays.get(index).nudge();
    }

    @Override
    public void fileReplaced() {
      relays.get(index).startOver();
      control.startOver();
    }

    @Override
    public void slotsFreed() {
      for (int i = 0; i < owners.size(); i++) {
        if (i != index) {
          owners.get(i).wake();
        }
      }
    }
  }

  private final class Relay implements EventRelay.RelayKafka {
    @Override
    public Producer<byte[], byte[]> producer(BoardKey board) {
      return kafka.relayProducer(board);
    }

    @Override
    public CursorReader cursors() {
      return new CursorReader(kafka::consumer, topics, wire);
    }

    @Override
    public HiddenRecords hidden() {
      return new HiddenRecords(kafka::consumer, kafka::uncommittedConsumer, topics);
    }

    @Override
    public String transitionsTopicId() {
      ControlReader.TopicFacts facts = kafka.topics().get(topics.transitions());
      if (facts == null) {
        throw new IllegalStateException("topic '" + topics.transitions() + "' is not there yet");
      }
      return facts.id();
    }
  }

  private final class Control implements ControlReader.ControlListener {
    private final LostLaunchers lost = new LostLaunchers();

    @Override
    public void presence(Presence presence, long offset) {
      if (presence instanceof Presence.LauncherBeat launcher) {
        if (launchers.heard(launcher, System.nanoTime())) {
          remoteSlots.heard(launcher, System.nanoTime());
          owners.forEach(owner -> owner.heard(launcher));
        }
      } else if (presence instanceof Presence.DispatcherBeat dispatcher) {
        present(dispatcher, offset);
      }
    }

    private void present(Presence.DispatcherBeat dispatcher, long offset) {
      if (dispatcher.host().equals(settings.host())) {
        twins
            .heard(dispatcher.instance(), dispatcher.farewell(), offset)
            .ifPresent(Dispatcher.this::standDown);
        speakOnceAlone();
      }
      if (dispatcher.instance().equals(instance)) {
        boolean gone = launchers.heardOwnBeat(System.nanoTime(), clock.millis());
        if (gone) {
          owners.forEach(BoardOwner::lookAfterRuns);
        }
        lost.newly(launchers.standings(System.nanoTime())).stream()
            .filter(this::wasThereLately)
            .forEach(listener::launcherLost);
      }
    }

    /** A beat of long ago is still on the topic when a dispatcher starts. */
    private boolean wasThereLately(LauncherKey launcher) {
      long since = clock.millis() - LATELY.plus(settings.lostAfter()).toMillis();
      return launchers.latest(launcher).filter(beat -> beat.at() >= since).isPresent();
    }

    @Override
    public void malformed(ConsumerRecord<byte[], byte[]> rec, String reason) {
      log.warn(
          "A record at {}-{}@{} goes to dead-letter: {}",
          rec.topic(),
          rec.partition(),
          rec.offset(),
          reason);
      deadLetters.send(rec.topic(), rec.partition(), rec.offset(), reason, rec.key(), rec.value());
      listener.malformed(rec.topic());
    }

    @Override
    public void lag(BoardKey board, String topic, long records) {
      listener.inboxLag(board, topic, records);
    }

    @Override
    public void unknownKind(String kind) {
      listener.unknownKind(kind);
    }

    @Override
    public void readFromEarliest(String topic, int partition, String why) {
      log.warn(
          "Topic '{}' partition {} is read from its earliest record: {}.", topic, partition, why);
      listener.readFromEarliest(topic);
    }
  }
}
