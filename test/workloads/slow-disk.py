"""A file system of one file, `disk`, that answers every read and write late: POINT SIZE SECONDS.

Speaks FUSE's protocol itself (linux/fuse.h), so that nothing needs to be installed. What is written is counted and
forgotten; reads give zeros. SIGUSR1 makes it answer at once, so that what is under way ends soon.
"""
import ctypes, os, signal, struct, sys, time

point, size, delay = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
LOOKUP, FORGET, GETATTR, SETATTR, OPEN, READ, WRITE = 1, 2, 3, 4, 14, 15, 16
RELEASE, FSYNC, FLUSH, INIT, OPENDIR, RELEASEDIR, DESTROY = 18, 20, 25, 26, 27, 29, 38
BIG_WRITES, MAX_PAGES = 1 << 5, 1 << 22
ROOT, DISK, LONGEST = 1, 2, 1 << 20

fuse = os.open('/dev/fuse', os.O_RDWR)
options = f'fd={fuse},rootmode=40000,user_id=0,group_id=0,max_read={LONGEST}'.encode()
libc = ctypes.CDLL(None, use_errno=True)
if libc.mount(b'fleetscope-slow', point.encode(), b'fuse', 0, options) != 0:
    sys.exit(os.strerror(ctypes.get_errno()))


def hurry(*_):
    global delay
    delay = 0


signal.signal(signal.SIGUSR1, hurry)


def attributes(node):
    mode, length = (0o40755, 0) if node == ROOT else (0o100600, size)
    return struct.pack('<6Q10I', node, length, length // 512, 0, 0, 0, 0, 0, 0, mode, 1, 0, 0, 0, 4096, 0)


def answer(unique, body=b'', error=0):
    os.write(fuse, struct.pack('<IiQ', 16 + len(body), -error, unique) + body)


while True:
    try:
        request = os.read(fuse, LONGEST + 65536)
    except OSError:
        break  # unmounted
    _, op, unique, node = struct.unpack_from('<IIQQ', request)
    body = memoryview(request)[40:]
    if op == INIT:
        readahead = struct.unpack_from('<4I', body)[2]
        limits = struct.pack('<HHIIHH', 16, 12, LONGEST, 1, LONGEST // 4096, 0)
        answer(unique, struct.pack('<4I', 7, 31, readahead, BIG_WRITES | MAX_PAGES) + limits + bytes(28))
    elif op == LOOKUP and bytes(body).rstrip(b'\0') == b'disk':
        answer(unique, struct.pack('<4Q2I', DISK, 0, 3600, 3600, 0, 0) + attributes(DISK))
    elif op == LOOKUP:
        answer(unique, error=2)
    elif op in (GETATTR, SETATTR):
        answer(unique, struct.pack('<QII', 3600, 0, 0) + attributes(node))
    elif op in (OPEN, OPENDIR):
        answer(unique, struct.pack('<QII', 1, 1, 0))
    elif op in (READ, WRITE):
        length = struct.unpack_from('<QQI', body)[2]
        time.sleep(delay)
        answer(unique, bytes(length) if op == READ else struct.pack('<II', length, 0))
    elif op in (RELEASE, FSYNC, FLUSH, RELEASEDIR):
        answer(unique)
    elif op == DESTROY:
        break
    elif op != FORGET:
        answer(unique, error=38)
