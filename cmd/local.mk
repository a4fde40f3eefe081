# cmd: the programs; everything else lives in libtocsin.a.
