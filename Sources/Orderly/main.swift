import ArgumentParser
import Edge
