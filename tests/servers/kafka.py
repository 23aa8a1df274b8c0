"""A broker that speaks Kafka's protocol, librdkafka's own, and can be killed, slowed and emptied.

confluent_kafka brings the library whose broker this is, but no way to steer it: hence ctypes.
"""

import ctypes
import json
from pathlib import Path

import confluent_kafka
from hop.models import JSONBlob

PRODUCER, ID = 0, 1
GROUP = "gracedb"


def _library():
    (path,) = Path(confluent_kafka.__file__).parent.parent.glob(
        "confluent_kafka.libs/librdkafka-*.so*")
    made = ctypes.CDLL(str(path))
    for name in ("rd_kafka_conf_new", "rd_kafka_new", "rd_kafka_mock_cluster_new"):
        getattr(made, name).restype = ctypes.c_void_p
    made.rd_kafka_mock_cluster_bootstraps.restype = ctypes.c_char_p
    return made


LIBRARY = _library()


class Broker:
    """A broker that lives as long as this object; topics are those of ``gracedb``.

    Args:
        topics: names without the group, which there are from the beginning.
        partitions: of each topic.
    """

    def __init__(self, topics=("cbc_gstlal",), partitions=1):
        self.partitions = partitions
        conf, error = ctypes.c_void_p(LIBRARY.rd_kafka_conf_new()), ctypes.create_string_buffer(512)
        self._handle = ctypes.c_void_p(LIBRARY.rd_kafka_new(PRODUCER, conf, error, 512))
        self._cluster = ctypes.c_void_p(LIBRARY.rd_kafka_mock_cluster_new(self._handle, 1))
        address = LIBRARY.rd_kafka_mock_cluster_bootstraps(self._cluster).decode()
        self.port = int(address.rpartition(":")[2])
        self._producer = confluent_kafka.Producer({"bootstrap.servers": address, "linger.ms": 0,
                                                   "log_level": 2})
        for topic in topics:
            self.create(topic)

    def create(self, topic):
        """Make a topic."""
        self._steer("topic_create", f"{GROUP}.{topic}".encode(), self.partitions, 1)

    def delete(self, topic):
        """Delete a topic with all that is in it."""
        self._steer("topic_delete", f"{GROUP}.{topic}".encode())

    def refuse(self, topic, code):
        """Answer with an error whoever reads a topic; 0 for none any more."""
        self._steer("topic_set_error", f"{GROUP}.{topic}".encode(), code)

    def forget(self, topic, before, partition=0):
        """Keep what is before an offset no longer, as after the time for which it is kept."""
        name = f"{GROUP}.{topic}".encode()
        self._steer("partition_delete_records", name, partition, ctypes.c_int64(before))

    def die(self):
        """Close every connection, and take none."""
        self._steer("broker_set_down", ID)

    def live(self):
        """Take connections again."""
        self._steer("broker_set_up", ID)

    def slow(self, milliseconds):
        """Answer so much later from now on."""
        self._steer("broker_set_rtt", ID, milliseconds)

    def fail(self, request, *codes):
        """Answer the next requests of a kind (its number in the protocol) with these errors."""
        numbers = (ctypes.c_int * len(codes))(*codes)
        LIBRARY.rd_kafka_mock_push_request_errors_array(
            self._cluster, ctypes.c_int16(request), ctypes.c_size_t(len(codes)), numbers)

    def recover(self, request):
        """Answer requests of a kind without errors."""
        LIBRARY.rd_kafka_mock_clear_request_errors(self._cluster, ctypes.c_int16(request))

    def publish(self, topic, alert, **more):
        """Publish an alert as GraceDB does."""
        blob = JSONBlob(json.dumps(alert)).serialize()
        self.produce(topic, blob["content"], blob["format"], **more)

    def produce(self, topic, content, form=None, headers=(), wait=True, **more):
        """Publish anything, with the name of its format, as bytes."""
        headers = [*headers, *([] if form is None else [("_format", form)])]
        self._producer.produce(f"{GROUP}.{topic}", content, headers=headers, **more)
        if wait:
            assert self._producer.flush(10) == 0
        else:
            self._producer.poll(0)

    def _steer(self, name, *arguments):
        code = getattr(LIBRARY, f"rd_kafka_mock_{name}")(self._cluster, *arguments)
        assert code == 0, (name, code)
